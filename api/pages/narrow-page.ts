import { type Html, html } from '@lectern/db/html';
import { renderPage } from './layout.ts';

/** A page about one thing: what it is, what went well or wrong with it, and what can be done. */
export type NarrowPage = {
  readonly heading: string;
  readonly path: string;
  readonly isLoggedIn?: boolean;
  readonly lead?: Html | undefined;
  readonly note?: string | undefined;
  readonly fault?: string | undefined;
  readonly main?: Html;
};

export function renderNarrowPage(page: NarrowPage): string {
  const { heading, path, isLoggedIn = false, lead, note, fault, main } = page;
  return renderPage({
    // A screen reader says the title first, also when the same form comes again.
    title: `${fault === undefined ? '' : 'Not done: '}${heading} · Lectern`,
    path,
    isLoggedIn,
    main: html`<div class="narrow">
      <h1>${heading}</h1>
      ${lead && html`<p class="lead">${lead}</p>`}
      ${note !== undefined && html`<p class="note good" role="status">${note}</p>`}
      ${fault !== undefined && html`<p class="note bad" role="alert">${fault}</p>`} ${main}
    </div>`,
  });
}
