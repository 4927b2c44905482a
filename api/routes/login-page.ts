import type { Store } from '@lectern/db/open';
import { findUser, hasUsers } from '@lectern/db/postgres/users';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badCredentials, lifeMsOf, logIn, makeAccount } from '../access/accounts.ts';
import { logOut } from '../access/log-out.ts';
import { clearLoginCookies, setLoginCookies } from '../access/login-cookies.ts';
import { makeLoginGuard } from '../access/login-guard.ts';
import type { App } from '../app.ts';
import { addPages, hidden } from '../pages/add-pages.ts';
import { chooseLocalPath, withNext } from '../pages/local-path.ts';
import { renderFirstAccount, renderLoggedIn, renderLogin } from '../pages/login-pages.ts';
import { orProblem } from '../pages/or-problem.ts';
import { findAccountFault, readForm } from '../pages/page-form.ts';
import { readPageLogin, requireCsrfField } from '../pages/page-login.ts';
import { leadTo, sendPage, sendRefusal } from '../pages/send-page.ts';
import { Problem } from '../problems/problem.ts';

type Query = { readonly next?: unknown; readonly note?: unknown };
type PageRequest = FastifyRequest<{ Querystring: Query }>;

/** What other pages did before they led here; only these words can be shown by an address. */
const notes: ReadonlyMap<unknown, string> = new Map([
  ['password', 'Your new password is set. Log in with it.'],
  ['email', 'Your email address is confirmed.'],
  ['mail', 'A mail is on its way to you.'],
]);

/** Logging in and out, and the page of whoever is logged in. */
export async function routeLoginPage(app: App, store: Store): Promise<void> {
  const { postgres, config, access } = store;
  const parts = { postgres, config, guard: makeLoginGuard(store) };
  const lifeMs = lifeMsOf(config);

  /** The page of whoever is logged in, undefined for anybody else. */
  async function findOwnPage(request: PageRequest, next: string): Promise<string | undefined> {
    const login = await readPageLogin(access, request);
    const user = login && (await findUser(postgres, login.viewer.id));
    if (login === undefined || user === undefined) return undefined;
    return renderLoggedIn({ user, csrf: login.csrf, next, note: notes.get(request.query.note) });
  }

  async function sendLogin(request: PageRequest, reply: FastifyReply) {
    const next = chooseLocalPath(request.query.next);
    const own = await findOwnPage(request, next);
    if (own !== undefined) return sendPage(reply, own);
    if (!(await hasUsers(postgres))) return sendPage(reply, renderFirstAccount({ next }));
    return sendPage(reply, renderLogin({ next, note: notes.get(request.query.note) }));
  }

  function routeLogin(scope: App): void {
    scope.get<{ Querystring: Query }>('/login', hidden, sendLogin);

    scope.get<{ Querystring: Query }>('/account', hidden, async (request, reply) => {
      const own = await findOwnPage(request, '/');
      return own === undefined
        ? reply.redirect(withNext('/login', '/account'))
        : sendPage(reply, own);
    });

    scope.post('/login', hidden, async (request, reply) => {
      const { email, password, next } = readForm(request.body);
      const login =
        (await orProblem(logIn(parts, request, { email, password }))) ?? badCredentials();
      if (login instanceof Problem) {
        return sendRefusal(reply, login, renderLogin({ next, email, fault: login.message }));
      }
      setLoginCookies(request, reply, { ...login.secrets, lifeMs });
      return leadTo(reply, next);
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
      const login = await orProblem(makeAccount(parts, request, { email, name, password }));
      if (login instanceof Problem) {
        const again = renderFirstAccount({ next, email, name, fault: login.message });
        return sendRefusal(reply, login, again);
      }
      setLoginCookies(request, reply, { ...login.secrets, lifeMs });
      return leadTo(reply, next);
    });

    scope.post('/logout', hidden, async (request, reply) => {
      const { csrf, next } = readForm(request.body);
      requireCsrfField(request, csrf);
      const login = await readPageLogin(access, request);
      const { id: userId, sessionId } = login?.viewer ?? {};
      if (userId !== undefined && sessionId !== undefined) {
        await logOut(store, request, { userId, sessionId });
      }
      clearLoginCookies(request, reply);
      return leadTo(reply, withNext('/login', next));
    });
  }

  await addPages(app, store, routeLogin);
}
