import { hashSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { findInvitation } from '@lectern/db/postgres/invitations';
import { accept } from '../access/accept-invitation.ts';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { addPages, hidden } from '../pages/add-pages.ts';
import {
  findEnd,
  invitationPath,
  isInvitationEnd,
  renderAccepted,
  renderInvitation,
  renderInvitationEnd,
} from '../pages/invitation-pages.ts';
import { withNext } from '../pages/local-path.ts';
import { orProblem } from '../pages/or-problem.ts';
import { readForm, readToken } from '../pages/page-form.ts';
import { readPageLogin, requireCsrfField } from '../pages/page-login.ts';
import { leadTo, sendPage, sendRefusal } from '../pages/send-page.ts';
import { Problem } from '../problems/problem.ts';

/** What the link in a mail that invites to a course opens. */
export async function routeInvitationPage(app: App, store: Store): Promise<void> {
  const { postgres, access } = store;

  function routeInvitation(scope: App): void {
    scope.get<{ Querystring: { token?: unknown } }>(
      '/invitation',
      hidden,
      async (request, reply) => {
        // The secret in the address stays here, and still the form's page can say of which site it is.
        reply.header('referrer-policy', 'strict-origin');
        const token = readToken(request.query);
        const invitation = await findInvitation(postgres, hashSecret(token));
        if (invitation === undefined) {
          return sendPage(reply, renderInvitationEnd('not_found'), 404);
        }
        const end = findEnd(invitation);
        if (end !== undefined) return sendPage(reply, renderInvitationEnd(end), 410);
        const login = await readPageLogin(access, request);
        return sendPage(reply, renderInvitation({ invitation, token }, login));
      },
    );

    scope.post('/invitation', hidden, async (request, reply) => {
      const { token, csrf } = readForm(request.body);
      requireCsrfField(request, csrf);
      const login = await readPageLogin(access, request);
      if (login === undefined) return leadTo(reply, withNext('/login', invitationPath(token)));
      const userId = login.viewer.id;
      const author = authorOf(request, userId);
      const accepted = await orProblem(
        postgres.transaction().execute((tx) => accept(tx, author, { token, userId })),
      );
      if (accepted instanceof Problem) {
        if (!isInvitationEnd(accepted.code)) throw accepted;
        return sendRefusal(reply, accepted, renderInvitationEnd(accepted.code));
      }
      await access.announceChange(userId);
      return sendPage(reply, renderAccepted(accepted));
    });
  }

  await addPages(app, store, routeInvitation);
}
