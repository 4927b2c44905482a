import { html } from '@lectern/db/html';
import { renderWays } from './form-parts.ts';
import { renderNarrowPage } from './narrow-page.ts';

/** Instead of a form, while nobody can be logged in. */
export function renderAway(): string {
  return renderNarrowPage({
    heading: 'Not just now',
    path: '/login',
    lead: html`The database does not answer, so nobody can be logged in. Try again in some seconds;
      <a href="/">the first page</a> says what is away.`,
  });
}

export function renderRefusal(detail: string): string {
  return renderNarrowPage({
    heading: 'Nothing was done',
    path: '',
    fault: detail,
    main: renderWays([
      ['/login', 'Log in, or see who is logged in'],
      ['/', 'The first page'],
    ]),
  });
}
