import { hashSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { findProof } from '@lectern/db/postgres/mailbox-proofs';
import { makeLoginGuard } from '../access/login-guard.ts';
import { askForNewPassword, resetPassword } from '../access/mailbox.ts';
import type { App } from '../app.ts';
import { addPages, hidden } from '../pages/add-pages.ts';
import { orProblem } from '../pages/or-problem.ts';
import { findEmailFault, findPasswordFault, readForm, readToken } from '../pages/page-form.ts';
import {
  renderForgot,
  renderReset,
  renderResetAsked,
  renderResetOver,
} from '../pages/password-pages.ts';
import { leadTo, sendPage, sendRefusal } from '../pages/send-page.ts';
import { Problem } from '../problems/problem.ts';

/** A new password for whoever forgot theirs: asking for the mail, and what its link opens. */
export async function routePasswordPage(app: App, store: Store): Promise<void> {
  const { postgres } = store;
  const guard = makeLoginGuard(store);

  const findReader = (token: string) =>
    findProof(postgres, { purpose: 'reset_password', tokenHash: hashSecret(token) });

  function routeForgot(scope: App): void {
    scope.get('/forgot-password', hidden, async (_request, reply) =>
      sendPage(reply, renderForgot()),
    );

    scope.post('/forgot-password', hidden, async (request, reply) => {
      const { email } = readForm(request.body);
      const fault = findEmailFault(email);
      if (fault !== undefined) return sendPage(reply, renderForgot({ email, fault }), 400);
      const refused = await orProblem(guard.countAddress(request.ip));
      if (refused instanceof Problem) {
        return sendRefusal(reply, refused, renderForgot({ email, fault: refused.message }));
      }
      await askForNewPassword(store, request, email);
      return sendPage(reply, renderResetAsked());
    });
  }

  function routeReset(scope: App): void {
    scope.get<{ Querystring: { token?: unknown } }>(
      '/reset-password',
      hidden,
      async (request, reply) => {
        const token = readToken(request.query);
        const reader = await findReader(token);
        if (reader === undefined) return sendPage(reply, renderResetOver(), 410);
        return sendPage(reply, renderReset({ token, email: reader.email }));
      },
    );

    scope.post('/reset-password', hidden, async (request, reply) => {
      const { token, password } = readForm(request.body);
      const reader = await findReader(token);
      if (reader === undefined) return sendPage(reply, renderResetOver(), 410);
      const { email } = reader;
      const fault = findPasswordFault(password);
      if (fault !== undefined) return sendPage(reply, renderReset({ token, email, fault }), 400);
      const refused =
        (await orProblem(guard.countAddress(request.ip))) ??
        (await orProblem(resetPassword(store, request, { token, password })));
      if (!(refused instanceof Problem)) return leadTo(reply, '/login?note=password');
      const isOver = refused.status === 410;
      const page = isOver
        ? renderResetOver()
        : renderReset({ token, email, fault: refused.message });
      return sendRefusal(reply, refused, page);
    });
  }

  await addPages(app, store, routeForgot);
  await addPages(app, store, routeReset, { hidesAddress: true });
}
