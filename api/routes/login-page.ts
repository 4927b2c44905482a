import type { IncomingMessage } from 'node:http';
import type { Store } from '@lectern/db/open';
import { isOutage } from '@lectern/db/postgres/is-outage';
import { endSession, startSession } from '@lectern/db/postgres/sessions';
import { findUserForLogin, hasUsers, insertUser } from '@lectern/db/postgres/users';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameOrigin, readCredential, renderSessionCookie } from '../access/credentials.ts';
import { hashPassword, isPasswordOf } from '../access/passwords.ts';
import type { App } from '../app.ts';
import { chooseLocalPath } from '../pages/local-path.ts';
import { findAccountFault, readForm } from '../pages/login-form.ts';
import {
  renderAway,
  renderFirstAccount,
  renderLoggedIn,
  renderLogin,
} from '../pages/login-pages.ts';
import { sendPage } from '../pages/send-page.ts';
import { readText } from '../plugins/bodies.ts';
import { identify } from '../plugins/viewer.ts';
import { forbidden } from '../problems/problem.ts';

const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;
const wrong = 'No account has this email and this password together.';

/** Logging in and out with plain forms, for people whose browser runs no script for it. */
export async function routeLoginPage(app: App, store: Store): Promise<void> {
  const { postgres, config } = store;
  const lifeSeconds = config.sessionHours * 3_600;

  function setCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
    const life = { lifeSeconds: token === '' ? 0 : lifeSeconds };
    const isSecure = request.protocol === 'https';
    reply.header('set-cookie', renderSessionCookie(token, { ...life, isSecure }));
  }

  async function logIn(request: FastifyRequest, reply: FastifyReply, to: Arrival) {
    const token = await startSession(postgres, { userId: to.userId, lifeSeconds });
    setCookie(request, reply, token);
    return reply.header('cache-control', 'no-store').redirect(to.next, 303);
  }

  await app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async (_request: FastifyRequest, payload: IncomingMessage) =>
        new URLSearchParams(await readText(payload, config)),
    );
    scope.setErrorHandler(async (error, _request, reply) => {
      if (!isOutage(error)) throw error;
      return sendPage(reply.header('retry-after', '5'), renderAway(), 503);
    });
    scope.addHook('preHandler', async (request) => {
      if (request.method === 'POST' && comesFromElsewhere(request)) {
        throw forbidden('Log in and out on a page of this site, not from another one.');
      }
    });

    scope.get<{ Querystring: { next?: unknown } }>('/login', hidden, async (request, reply) => {
      const next = chooseLocalPath(request.query.next);
      const viewer = await identify(store, request);
      if (viewer !== undefined) return sendPage(reply, renderLoggedIn(viewer, next));
      const render = (await hasUsers(postgres)) ? renderLogin : renderFirstAccount;
      return sendPage(reply, render({ next }));
    });

    scope.post('/login', hidden, async (request, reply) => {
      const { email, password, next } = readForm(request.body);
      const found = await findUserForLogin(postgres, email);
      const isRight = await isPasswordOf(found?.password_hash, password);
      if (found !== undefined && isRight) return logIn(request, reply, { userId: found.id, next });
      return sendPage(reply, renderLogin({ next, email, fault: wrong }), 401);
    });

    scope.post('/login/first', hidden, async (request, reply) => {
      const form = readForm(request.body);
      const { email, name, password, next } = form;
      if (await hasUsers(postgres)) {
        const fault = 'Somebody has made the first account by now. Log in with yours.';
        return sendPage(reply, renderLogin({ next, email, fault }), 409);
      }
      const fault = findAccountFault(form);
      if (fault !== undefined) {
        return sendPage(reply, renderFirstAccount({ next, email, name, fault }), 400);
      }
      const passwordHash = await hashPassword(password);
      const user = await insertUser(postgres, { email, name, passwordHash });
      if (user === undefined) {
        return sendPage(
          reply,
          renderLogin({ next, email, fault: 'This email has an account.' }),
          409,
        );
      }
      request.log.info({ userId: user.id, role: user.role }, 'made an account');
      return logIn(request, reply, { userId: user.id, next });
    });

    scope.post('/logout', hidden, async (request, reply) => {
      const credential = readCredential(request);
      if (credential !== undefined) await endSession(postgres, credential.token);
      setCookie(request, reply, '');
      return reply.header('cache-control', 'no-store').redirect('/login', 303);
    });
  });
}

type Arrival = { readonly userId: string; readonly next: string };

/** A browser says where a form comes from, in one header or the other; what says nothing is no browser. */
function comesFromElsewhere(request: FastifyRequest): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  return (site !== undefined || origin !== undefined) && !isSameOrigin(request);
}
