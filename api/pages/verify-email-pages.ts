import { html } from '@lectern/db/html';
import { renderHidden, renderWays } from './form-parts.ts';
import { renderNarrowPage } from './narrow-page.ts';

export type VerifyView = {
  readonly token: string;
  readonly email: string;
  readonly fault?: string;
};

export function renderVerify({ token, email, fault }: VerifyView): string {
  return renderNarrowPage({
    heading: 'Confirm your email',
    path: '/verify-email',
    lead: html`Is ${email} your address?`,
    fault,
    main: html`<form method="post" action="/verify-email">
      ${renderHidden('token', token)}
      <button type="submit">Yes, it is mine</button>
    </form>`,
  });
}

export function renderVerifyOver(): string {
  return renderNarrowPage({
    heading: 'The link has run out',
    path: '/verify-email',
    lead: html`It was used before, or it is more than three days old, or a newer mail has another
    one. If your address is not confirmed yet, log in and have the mail sent again.`,
    main: renderWays([['/account', 'Go to your account']]),
  });
}
