import { html } from '@lectern/db/html';
import { renderEmail, renderHidden, renderPassword, renderWays } from './form-parts.ts';
import { renderNarrowPage } from './narrow-page.ts';

export function renderForgot({ email, fault }: { email?: string; fault?: string } = {}): string {
  return renderNarrowPage({
    heading: 'Choose a new password',
    path: '/forgot-password',
    lead: html`Tell us the email of your account. We send you a link that sets a new password.`,
    fault,
    main: html`<form method="post" action="/forgot-password">
        ${renderEmail(email)}
        <button type="submit">Send the link</button>
      </form>
      ${renderWays([['/login', 'Back to the login']])}`,
  });
}

/** The same whether or not there is such an account. */
export function renderResetAsked(): string {
  return renderNarrowPage({
    heading: 'Look into your mail',
    path: '/forgot-password',
    lead: html`If there is an account with this email, a mail is on its way. Its link works for an
    hour.`,
    main: renderWays([
      ['/forgot-password', 'No mail? Ask again, or with another email'],
      ['/login', 'Back to the login'],
    ]),
  });
}

export type ResetView = {
  readonly token: string;
  readonly email: string;
  readonly fault?: string | undefined;
};

export function renderReset({ token, email, fault }: ResetView): string {
  return renderNarrowPage({
    heading: 'Choose a new password',
    path: '/reset-password',
    lead: html`It is for ${email}. Whoever is logged in to this account is logged out, and its
    tokens for programs end.`,
    fault,
    // Password managers keep the new password under the name that they find in the form.
    main: html`<form method="post" action="/reset-password">
      ${renderHidden('token', token)}
      <input name="email" value="${email}" autocomplete="username" readonly hidden />
      ${renderPassword('new-password')}
      <button type="submit">Set the password</button>
    </form>`,
  });
}

export function renderResetOver(): string {
  return renderNarrowPage({
    heading: 'The link has run out',
    path: '/reset-password',
    lead: html`It was used before, or it is more than an hour old, or a newer mail has another one.`,
    main: renderWays([
      ['/forgot-password', 'Ask for a new link'],
      ['/login', 'Log in'],
    ]),
  });
}
