import { type Html, html, renderHtml } from '@lectern/db/html';

export type Page = {
  readonly title: string;
  /** The page's own address, which its link in the navigation is marked with. */
  readonly path: string;
  readonly isLoggedIn?: boolean;
  readonly main: Html;
  readonly foot?: Html;
};

const links: readonly { readonly href: string; readonly text: string }[] = [
  { href: '/docs', text: 'API' },
  { href: '/ops/queues', text: 'Queues' },
];

/** What all pages have around their own content. */
export function renderPage({ title, path, isLoggedIn = false, main, foot }: Page): string {
  const shown = [...links, { href: '/login', text: isLoggedIn ? 'Account' : 'Log in' }];
  return renderHtml(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title}</title>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/style.css" />
        </head>
        <body>
          <header class="top">
            <a class="brand" href="/">Lectern</a>
            <nav aria-label="Main">${shown.map((link) => renderLink(link, path))}</nav>
          </header>
          <main>${main}</main>
          ${foot && html`<footer class="foot">${foot}</footer>`}
        </body>
      </html> `,
  );
}

function renderLink({ href, text }: { href: string; text: string }, path: string): Html {
  return html`<a href="${href}" ${href === path && html`aria-current="page"`}>${text}</a> `;
}
