import { html } from '@lectern/db/html';
import type { User } from '@lectern/db/postgres/users';
import { renderEmail, renderHidden, renderName, renderPassword, renderWays } from './form-parts.ts';
import { withNext } from './local-path.ts';
import { renderNarrowPage } from './narrow-page.ts';

/** What the person typed, shown again, and what is wrong with it. The password is not shown again. */
export type FormView = {
  readonly next: string;
  readonly email?: string;
  readonly name?: string;
  readonly note?: string | undefined;
  readonly fault?: string | undefined;
};

export function renderLogin({ next, email, note, fault }: FormView): string {
  return renderNarrowPage({
    heading: 'Log in',
    path: '/login',
    note,
    fault,
    main: html`<form method="post" action="/login">
        ${renderHidden('next', next)} ${renderEmail(email)} ${renderPassword('current-password')}
        <button type="submit">Log in</button>
      </form>
      ${renderWays([
        ['/forgot-password', 'Forgot your password?'],
        [withNext('/register', next), 'Make an account'],
      ])}`,
  });
}

export function renderFirstAccount({ next, email, name, fault }: FormView): string {
  return renderNarrowPage({
    heading: 'The first account',
    path: '/login',
    lead: html`Nobody has an account here yet. The one you make now is the admin's.`,
    fault,
    main: html`<form method="post" action="/login/first">
      ${renderHidden('next', next)} ${renderName(name)} ${renderEmail(email)}
      ${renderPassword('new-password')}
      <button type="submit">Make the account</button>
    </form>`,
  });
}

export function renderRegister(view: FormView & { readonly invitation: string }): string {
  const { next, email, name, fault, invitation } = view;
  const isInvited = invitation !== '';
  return renderNarrowPage({
    heading: 'Make an account',
    path: '/register',
    lead: isInvited ? html`With it you accept your invitation.` : undefined,
    fault,
    main: html`<form method="post" action="/register">
        ${renderHidden('next', next)} ${isInvited && renderHidden('invitation', invitation)}
        ${renderName(name)} ${renderEmail(email)} ${renderPassword('new-password')}
        <button type="submit">Make the account</button>
      </form>
      ${renderWays([[withNext('/login', next), 'I have an account']])}`,
  });
}

export type LoggedInView = {
  readonly user: User;
  readonly csrf: string;
  readonly next: string;
  readonly note?: string | undefined;
};

export function renderLoggedIn({ user, csrf, next, note }: LoggedInView): string {
  const { name, email, role } = user;
  return renderNarrowPage({
    heading: 'Logged in',
    path: '/login',
    isLoggedIn: true,
    lead: html`You are ${name} (${email}), ${roles[role]}.`,
    note,
    main: html`${
        user.email_verified_at === null &&
        html`<div class="note warn">
          <p>
            Your email address is not confirmed yet. Open the link in the mail that we sent you.
          </p>
          <form method="post" action="/verify-email/again">
            ${renderHidden('csrf', csrf)}
            <button type="submit" class="quiet">Send the mail again</button>
          </form>
        </div>`
      }
      ${renderWays([
        ...(next === '/' ? [] : [[next, 'Go on to where you were going'] as const]),
        ...(role === 'user' ? [] : [['/ops', 'Operations'] as const]),
      ])}
      <form method="post" action="/logout">
        ${renderHidden('csrf', csrf)} ${renderHidden('next', next)}
        <button type="submit" class="quiet">Log out</button>
      </form>`,
  });
}

const roles = { user: 'a user', operator: 'an operator', admin: 'an admin' } as const;
