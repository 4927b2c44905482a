import { type Html, html } from '@lectern/db/html';
import type { InvitationView } from '@lectern/db/postgres/invitations';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { renderEmail, renderHidden, renderName, renderPassword, renderWays } from './form-parts.ts';
import { withNext } from './local-path.ts';
import { renderNarrowPage } from './narrow-page.ts';
import type { PageLogin } from './page-login.ts';

export type OpenInvitation = { readonly invitation: InvitationView; readonly token: string };

export function invitationPath(token: string): string {
  return `/invitation?token=${encodeURIComponent(token)}`;
}

export function renderInvitation(
  { invitation, token }: OpenInvitation,
  login: PageLogin | undefined,
): string {
  const { title, role, email, expires_at: expiresAt } = invitation;
  const self = invitationPath(token);
  return renderNarrowPage({
    heading: 'You are invited',
    path: '/invitation',
    isLoggedIn: login !== undefined,
    lead: html`<strong>${email}</strong> is asked to join the course <strong>“${title}”</strong> as
      ${roles[role]}.`,
    main: html`<p class="hint">The invitation holds until ${formatDay(expiresAt)}.</p>
      ${login === undefined ? renderWaysIn({ token, email, self }) : renderAccept(login, token, self)}`,
  });
}

/** What a role is called, and what its holders do. */
const roles: Readonly<Record<CourseRole, string>> = {
  owner: 'an owner. Owners run the course',
  editor: 'an editor. Editors write the course',
  commenter: 'a commenter. Commenters read the course and comment on it',
  learner: 'a learner. Learners study the course',
};

function renderAccept({ viewer, csrf }: PageLogin, token: string, self: string): Html {
  return html`<form method="post" action="/invitation">
      ${renderHidden('csrf', csrf)} ${renderHidden('token', token)}
      <p>You are logged in as ${viewer.name} (${viewer.email}).</p>
      <button type="submit">Accept</button>
    </form>
    ${renderWays([[withNext('/login', self), 'Somebody else? Log out first']])}`;
}

function renderWaysIn({
  token,
  email,
  self,
}: {
  token: string;
  email: string;
  self: string;
}): Html {
  return html`<section aria-labelledby="known">
      <h2 id="known">You have an account</h2>
      <p><a class="button" href="${withNext('/login', self)}">Log in</a></p>
    </section>
    <section aria-labelledby="new">
      <h2 id="new">You are new here</h2>
      <form method="post" action="/register">
        ${renderHidden('invitation', token)} ${renderHidden('next', self)} ${renderName(undefined)}
        ${renderEmail(email)} ${renderPassword('new-password')}
        <button type="submit">Make an account and accept</button>
      </form>
    </section>`;
}

export function renderAccepted({ title }: Pick<InvitationView, 'title'>): string {
  return renderNarrowPage({
    heading: 'You are in',
    path: '/invitation',
    isLoggedIn: true,
    lead: html`The course <strong>“${title}”</strong> is open to you now.`,
    main: renderWays([['/account', 'Your account']]),
  });
}

/** Why an invitation cannot be accepted, by the code of the API's refusal. */
export type InvitationEnd = 'not_found' | 'invitation_used' | 'invitation_expired';

export function findEnd(invitation: InvitationView): InvitationEnd | undefined {
  if (invitation.accepted_at !== null) return 'invitation_used';
  return invitation.isExpired ? 'invitation_expired' : undefined;
}

export function isInvitationEnd(code: string): code is InvitationEnd {
  return Object.hasOwn(ends, code);
}

export function renderInvitationEnd(end: InvitationEnd): string {
  const { heading, lead } = ends[end];
  return renderNarrowPage({
    heading,
    path: '/invitation',
    lead,
    main: renderWays([['/account', 'Go to your account']]),
  });
}

const ends: Readonly<Record<InvitationEnd, { heading: string; lead: Html }>> = {
  not_found: {
    heading: 'No such invitation',
    lead: html`It was taken back, or a newer mail has another link, or a part of the address is
    missing. Open the newest mail again, or ask whoever invited you.`,
  },
  invitation_used: {
    heading: 'This invitation was accepted',
    lead: html`It works once. If it was you, the course is open to you already: log in with the
    account that accepted it.`,
  },
  invitation_expired: {
    heading: 'The invitation has run out',
    lead: html`Ask whoever invited you to send it again.`,
  },
};

function formatDay(at: Date): Html {
  const day = at.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return html`<time datetime="${at.toISOString()}">${day}</time>`;
}
