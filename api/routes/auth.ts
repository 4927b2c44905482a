import { readCookie, sessionCookie } from '@lectern/db/access/credentials';
import { accessTokenSeconds } from '@lectern/db/access/access-tokens';
import { hashSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { findSessionOfRefresh, refreshSession } from '@lectern/db/postgres/sessions';
import { findUser } from '@lectern/db/postgres/users';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { badCredentials, lifeMsOf, logIn, type Login, makeAccount } from '../access/accounts.ts';
import { authorOf } from '../access/author.ts';
import { logOut } from '../access/log-out.ts';
import { clearLoginCookies, refreshCookie, setLoginCookies } from '../access/login-cookies.ts';
import { makeLoginGuard } from '../access/login-guard.ts';
import { readLogin } from '../access/read-login.ts';
import type { App } from '../app.ts';
import { requireCsrfToken } from '../plugins/viewer.ts';
import { Problem, unauthenticated } from '../problems/problem.ts';
import { describeUser, UserShape } from './me.ts';
import { Line, NewPassword } from './shapes.ts';

const Registration = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 254 }),
    password: NewPassword,
    name: Line(200),
    invitation: Type.Optional(
      Type.String({ maxLength: 200, description: 'of the link in a mail that invites' }),
    ),
  },
  { additionalProperties: false },
);

const Credentials = Type.Object(
  { email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);

const LoggedIn = Type.Object({
  user: UserShape,
  accessToken: Type.String({ description: 'send it as `Authorization: Bearer …`' }),
  expiresIn: Type.Integer({ description: 'seconds' }),
});

const tags = ['Access'];
const open = { access: 'public' } as const;

/** Accounts and logins. Browsers keep the login in cookies, programs send the token. */
export function routeAuth(app: App, store: Store): void {
  const { postgres, config, access, log } = store;
  const parts = { postgres, config, guard: makeLoginGuard(store) };
  const lifeMs = lifeMsOf(config);

  async function welcome(request: FastifyRequest, reply: FastifyReply, { user, secrets }: Login) {
    setLoginCookies(request, reply, { ...secrets, lifeMs });
    const accessToken = await access.issueToken({ userId: user.id, sessionId: secrets.sessionId });
    return { user: describeUser(user), accessToken, expiresIn: accessTokenSeconds };
  }

  app.post(
    '/v1/auth/register',
    {
      config: open,
      schema: {
        tags,
        summary: 'Make an account',
        description: 'The first account of an installation is its admin.',
        body: Registration,
        response: { 201: LoggedIn },
      },
    },
    async (request, reply) => {
      const login = await makeAccount(parts, request, request.body);
      if (request.body.invitation !== undefined) await access.announceChange(login.user.id);
      reply.code(201).header('location', '/v1/me');
      return welcome(request, reply, login);
    },
  );

  app.post(
    '/v1/auth/login',
    {
      config: open,
      schema: { tags, summary: 'Log in', body: Credentials, response: { 200: LoggedIn } },
    },
    async (request, reply) => {
      const login = await logIn(parts, request, request.body);
      if (login === undefined) throw badCredentials();
      return welcome(request, reply, login);
    },
  );

  app.post(
    '/v1/auth/refresh',
    {
      config: open,
      schema: {
        tags,
        summary: 'Get a new access token',
        description:
          'Needs the refresh cookie alone, and replaces it. A cookie that was replaced more than ten seconds ago ends the whole login: somebody has copied it.',
        response: { 200: LoggedIn },
      },
    },
    async (request, reply) => {
      const token = readCookie(request.headers, refreshCookie);
      if (token === undefined) throw unauthenticated();
      await parts.guard.countAddress(request.ip);
      const refreshed = await postgres.transaction().execute(async (tx) => {
        const answer = await refreshSession(tx, token, { lifeMs });
        if (answer.outcome === 'reused') {
          await writeAudit(tx, authorOf(request, answer.userId), {
            action: 'login.reused',
            subject: { type: 'login', id: answer.sessionId },
          });
        }
        return answer;
      });
      if (refreshed.outcome === 'unknown') throw loginOver(request, reply);
      if (refreshed.outcome === 'reused') {
        const { userId, sessionId } = refreshed;
        log.warn({ userId, sessionId, address: request.ip }, 'a refresh token was used again');
        await access.announceChange(userId);
        throw refreshReused(request, reply);
      }
      const user = await findUser(postgres, refreshed.userId);
      if (user === undefined) throw loginOver(request, reply);
      // The browser's session cookie lasts as long as the login that was just prolonged.
      const given = readCookie(request.headers, sessionCookie);
      const isOwn = given !== undefined && hashSecret(given).equals(refreshed.cookieHash);
      const secrets = { ...refreshed, cookie: isOwn ? given : undefined };
      setLoginCookies(request, reply, { ...secrets, lifeMs });
      const accessToken = await access.issueToken(refreshed);
      return { user: describeUser(user), accessToken, expiresIn: accessTokenSeconds };
    },
  );

  app.post(
    '/v1/auth/logout',
    {
      config: open,
      schema: {
        tags,
        summary: 'Log out',
        description: 'Ends the login of the token or cookie. Without one there is nothing to end.',
        response: { 204: Type.Null({ description: 'The login is over.' }) },
      },
    },
    async (request, reply) => {
      requireCsrfToken(request);
      const refresh = readCookie(request.headers, refreshCookie);
      const viewer = await readLogin(access, request);
      const found =
        viewer?.sessionId === undefined && refresh !== undefined
          ? await findSessionOfRefresh(postgres, refresh)
          : undefined;
      const userId = viewer?.id ?? found?.user_id;
      const sessionId = viewer?.sessionId ?? found?.id;
      if (userId !== undefined && sessionId !== undefined) {
        await logOut(store, request, { userId, sessionId });
      }
      clearLoginCookies(request, reply);
      return reply.code(204).send(null);
    },
  );
}

function loginOver(request: FastifyRequest, reply: FastifyReply): Problem {
  clearLoginCookies(request, reply);
  return unauthenticated();
}

function refreshReused(request: FastifyRequest, reply: FastifyReply): Problem {
  clearLoginCookies(request, reply);
  return new Problem({
    status: 401,
    code: 'refresh_reused',
    detail:
      'This refresh token was replaced before, so somebody may have copied it. The login was ended everywhere. Log in again.',
  });
}
