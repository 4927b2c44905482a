import { type Html, html, renderHtml } from '@lectern/db/html';
import type { Locale } from '@lectern/db/postgres/tables';
import type { Wording } from './letter.ts';

const sans =
  "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif";
const serif = "'Iowan Old Style','Palatino Linotype',Palatino,'Noto Serif',Georgia,serif";

// Inline, because many mailboxes drop style sheets. The one below only turns the colours at night,
// and the light ones stay readable where it is dropped.
const styles = {
  paper: `margin:0;padding:32px 16px;background:#faf8f3;color:#1c2420;font:16px/1.55 ${sans};overflow-wrap:anywhere`,
  column: 'max-width:560px;margin:0 auto',
  brand: `margin:0 0 16px;font:600 20px/1.3 ${serif}`,
  sheet: 'background:#ffffff;border:1px solid #dfdbd0;border-radius:10px;padding:28px 28px 14px',
  title: `margin:0 0 20px;font:600 24px/1.25 ${serif}`,
  paragraph: 'margin:0 0 14px',
  action: 'margin:24px 0 20px',
  button:
    'display:inline-block;padding:12px 22px;border-radius:8px;background:#0a5f52;color:#ffffff;font-weight:600;text-decoration:none',
  soft: 'margin:0 0 14px;color:#55605a;font-size:14px',
  link: 'color:#0a5f52',
  why: 'margin:18px 0 0;color:#55605a;font-size:13px',
};

/** The letter as one calm page: a title, the words, one button, and its address in full below. */
export function renderMailPage(
  wording: Wording,
  { locale, linkHint }: { locale: Locale; linkHint: string },
): string {
  const { subject, greeting, paragraphs, action, why } = wording;
  return renderHtml(
    html`<!doctype html>
      <html lang="${locale}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="supported-color-schemes" content="light dark" />
          <title>${subject}</title>
          <style>
            @media (prefers-color-scheme: dark) {
              .paper {
                background: #121614 !important;
                color: #e7ece8 !important;
              }
              .sheet {
                background: #1a201d !important;
                border-color: #333c37 !important;
              }
              .soft {
                color: #a3afa8 !important;
              }
              .link {
                color: #7ed3c1 !important;
              }
              .button {
                background: #7ed3c1 !important;
                color: #0c1a17 !important;
              }
            }
          </style>
        </head>
        <body class="paper" style="${styles.paper}">
          <div style="${styles.column}">
            <p style="${styles.brand}">Lectern</p>
            <div class="sheet" style="${styles.sheet}">
              <h1 style="${styles.title}">${subject}</h1>
              ${[greeting, ...paragraphs].map(renderParagraph)}
              ${action !== undefined && renderAction(action, linkHint)}
            </div>
            <p class="soft" style="${styles.why}">${why}</p>
          </div>
        </body>
      </html>`,
  );
}

function renderParagraph(text: string): Html {
  return html`<p style="${styles.paragraph}">${text}</p> `;
}

function renderAction({ label, link, note }: Required<Wording>['action'], linkHint: string): Html {
  return html`<p style="${styles.action}">
      <a class="button" href="${link}" style="${styles.button}">${label}</a>
    </p>
    <p class="soft" style="${styles.soft}">
      ${linkHint}<br /><a class="link" href="${link}" style="${styles.link}">${link}</a>
    </p>
    ${note !== undefined && html`<p class="soft" style="${styles.soft}">${note}</p>`}`;
}
