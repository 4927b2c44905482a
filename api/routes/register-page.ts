import { hashSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { findInvitation } from '@lectern/db/postgres/invitations';
import { hasUsers } from '@lectern/db/postgres/users';
import { lifeMsOf, makeAccount } from '../access/accounts.ts';
import { setLoginCookies } from '../access/login-cookies.ts';
import { makeLoginGuard } from '../access/login-guard.ts';
import type { App } from '../app.ts';
import { addPages, hidden } from '../pages/add-pages.ts';
import { isInvitationEnd, renderAccepted, renderInvitationEnd } from '../pages/invitation-pages.ts';
import { chooseLocalPath, withNext } from '../pages/local-path.ts';
import { renderRegister } from '../pages/login-pages.ts';
import { orProblem } from '../pages/or-problem.ts';
import { findAccountFault, readForm } from '../pages/page-form.ts';
import { readPageLogin } from '../pages/page-login.ts';
import { leadTo, sendPage, sendRefusal } from '../pages/send-page.ts';
import { Problem } from '../problems/problem.ts';

/** Making an account, also by the link of an invitation, which it then accepts. */
export async function routeRegisterPage(app: App, store: Store): Promise<void> {
  const { postgres, config, access } = store;
  const parts = { postgres, config, guard: makeLoginGuard(store) };
  const lifeMs = lifeMsOf(config);

  function routeRegister(scope: App): void {
    scope.get<{ Querystring: { next?: unknown } }>('/register', hidden, async (request, reply) => {
      const next = chooseLocalPath(request.query.next);
      // That page says who is logged in, or offers the first account of all.
      const isElsewhere =
        (await readPageLogin(access, request)) !== undefined || !(await hasUsers(postgres));
      if (isElsewhere) return reply.redirect(withNext('/login', next));
      return sendPage(reply, renderRegister({ next, invitation: '' }));
    });

    scope.post('/register', hidden, async (request, reply) => {
      const form = readForm(request.body);
      const { email, name, password, next, invitation: token } = form;
      const showAgain = (fault: string) =>
        renderRegister({ next, email, name, fault, invitation: token });
      const fault = findAccountFault(form);
      if (fault !== undefined) return sendPage(reply, showAgain(fault), 400);
      const isInvited = token !== '';
      const invitation = isInvited ? await findInvitation(postgres, hashSecret(token)) : undefined;
      const account = { email, name, password, ...(isInvited && { invitation: token }) };
      const login = await orProblem(makeAccount(parts, request, account));
      if (login instanceof Problem) {
        const { code, message } = login;
        const page = isInvitationEnd(code) ? renderInvitationEnd(code) : showAgain(message);
        return sendRefusal(reply, login, page);
      }
      setLoginCookies(request, reply, { ...login.secrets, lifeMs });
      // Whoever came for nothing else sees their account, which says what is still to do.
      if (invitation === undefined) return leadTo(reply, next === '/' ? '/account' : next);
      await access.announceChange(login.user.id);
      return sendPage(reply, renderAccepted(invitation));
    });
  }

  await addPages(app, store, routeRegister);
}
