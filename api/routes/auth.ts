import type { Store } from '@lectern/db/open';
import { endSession, startSession } from '@lectern/db/postgres/sessions';
import { findUserForLogin, insertUser, type User } from '@lectern/db/postgres/users';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { readCredential, renderSessionCookie } from '../access/credentials.ts';
import { hashPassword, isPasswordOf } from '../access/passwords.ts';
import type { App } from '../app.ts';
import { requireSameOrigin } from '../plugins/viewer.ts';
import { invalidRequest, Problem } from '../problems/problem.ts';
import { describeUser, UserShape } from './me.ts';
import { Line } from './shapes.ts';

const Email = Type.String({ minLength: 3, maxLength: 254 });
const Password = Type.String({ minLength: 10, maxLength: 200 });

const Registration = Type.Object(
  { email: Email, password: Password, name: Line(200) },
  { additionalProperties: false },
);

const Login = Type.Object(
  { email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);

const LoggedIn = Type.Object({
  user: UserShape,
  accessToken: Type.String({ description: 'send it as `Authorization: Bearer …`' }),
  expiresIn: Type.Integer({ description: 'seconds' }),
});

const tags = ['Access'];

/** Accounts and logins. Browsers keep the login in a cookie, programs send the token. */
export function routeAuth(
  app: App,
  { postgres, config }: Pick<Store, 'postgres' | 'config'>,
): void {
  const lifeSeconds = config.sessionHours * 3_600;

  async function logIn(request: FastifyRequest, reply: FastifyReply, user: User) {
    const token = await startSession(postgres, { userId: user.id, lifeSeconds });
    const isSecure = request.protocol === 'https';
    reply.header('set-cookie', renderSessionCookie(token, { lifeSeconds, isSecure }));
    reply.header('cache-control', 'no-store');
    return { user: describeUser(user), accessToken: token, expiresIn: lifeSeconds };
  }

  app.post(
    '/v1/auth/register',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Make an account',
        description: 'The first account of an installation is its admin.',
        body: Registration,
        response: { 201: LoggedIn },
      },
    },
    async (request, reply) => {
      const { password, name } = request.body;
      const email = readEmail(request.body.email);
      const passwordHash = await hashPassword(password);
      const user = await insertUser(postgres, {
        email,
        name: name.trim().normalize('NFC'),
        passwordHash,
      });
      if (user === undefined) throw emailTaken();
      request.log.info({ userId: user.id, role: user.role }, 'made an account');
      reply.code(201).header('location', '/v1/me');
      return logIn(request, reply, user);
    },
  );

  app.post(
    '/v1/auth/login',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'Log in', body: Login, response: { 200: LoggedIn } },
    },
    async (request, reply) => {
      const found = await findUserForLogin(postgres, normalizeEmail(request.body.email));
      const isRight = await isPasswordOf(found?.password_hash, request.body.password);
      if (found === undefined || !isRight) throw badCredentials();
      return logIn(request, reply, found);
    },
  );

  app.post(
    '/v1/auth/logout',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Log out',
        description: 'Ends the login of the token or cookie. Without one there is nothing to end.',
        response: { 204: Type.Null({ description: 'The login is over.' }) },
      },
    },
    async (request, reply) => {
      requireSameOrigin(request);
      const credential = readCredential(request);
      if (credential !== undefined) await endSession(postgres, credential.token);
      const isSecure = request.protocol === 'https';
      return reply
        .code(204)
        .header('set-cookie', renderSessionCookie('', { lifeSeconds: 0, isSecure }))
        .send(null);
    },
  );
}

function normalizeEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}

function readEmail(given: string): string {
  const email = normalizeEmail(given);
  if (/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)) return email;
  throw invalidRequest([{ path: 'body.email', message: 'is not an email address' }]);
}

function emailTaken(): Problem {
  const detail = 'There is an account with this email. Log in, or use another one.';
  return new Problem({ status: 409, code: 'email_taken', detail });
}

function badCredentials(): Problem {
  const detail = 'No account has this email and this password together.';
  return new Problem({ status: 401, code: 'bad_credentials', detail });
}
