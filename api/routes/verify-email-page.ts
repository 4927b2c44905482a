import { hashSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { findProof } from '@lectern/db/postgres/mailbox-proofs';
import { findUser } from '@lectern/db/postgres/users';
import { makeLoginGuard } from '../access/login-guard.ts';
import { askAgainToVerify, verifyEmail } from '../access/mailbox.ts';
import type { App } from '../app.ts';
import { addPages, hidden } from '../pages/add-pages.ts';
import { orProblem } from '../pages/or-problem.ts';
import { readForm, readToken } from '../pages/page-form.ts';
import { readPageLogin, requireCsrfField } from '../pages/page-login.ts';
import { leadTo, sendPage, sendRefusal } from '../pages/send-page.ts';
import { renderVerify, renderVerifyOver } from '../pages/verify-email-pages.ts';
import { Problem } from '../problems/problem.ts';

/** Confirming an email address: what the link in the mail opens, and having the mail sent again. */
export async function routeVerifyEmailPage(app: App, store: Store): Promise<void> {
  const { postgres, access } = store;
  const guard = makeLoginGuard(store);

  const findReader = (token: string) =>
    findProof(postgres, { purpose: 'verify_email', tokenHash: hashSecret(token) });

  function routeVerify(scope: App): void {
    // Programs that look mails through open every link: only the button confirms.
    scope.get<{ Querystring: { token?: unknown } }>(
      '/verify-email',
      hidden,
      async (request, reply) => {
        const token = readToken(request.query);
        const reader = await findReader(token);
        if (reader === undefined) return sendPage(reply, renderVerifyOver(), 410);
        return sendPage(reply, renderVerify({ token, email: reader.email }));
      },
    );

    scope.post('/verify-email', hidden, async (request, reply) => {
      const { token } = readForm(request.body);
      const reader = await findReader(token);
      if (reader === undefined) return sendPage(reply, renderVerifyOver(), 410);
      const refused =
        (await orProblem(guard.countAddress(request.ip))) ??
        (await orProblem(verifyEmail(store, request, token)));
      if (!(refused instanceof Problem)) return leadTo(reply, '/login?note=email');
      const isOver = refused.status === 410;
      const again = { token, email: reader.email, fault: refused.message };
      return sendRefusal(reply, refused, isOver ? renderVerifyOver() : renderVerify(again));
    });
  }

  function routeAgain(scope: App): void {
    scope.post('/verify-email/again', hidden, async (request, reply) => {
      requireCsrfField(request, readForm(request.body).csrf);
      const login = await readPageLogin(access, request);
      const user = login && (await findUser(postgres, login.viewer.id));
      if (user === undefined) return leadTo(reply, '/login');
      await guard.countAddress(request.ip);
      if (user.email_verified_at !== null) return leadTo(reply, '/login?note=email');
      await askAgainToVerify(store, request, user);
      return leadTo(reply, '/login?note=mail');
    });
  }

  await addPages(app, store, routeVerify, { hidesAddress: true });
  await addPages(app, store, routeAgain);
}
