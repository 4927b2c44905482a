import { type Html, html } from '@lectern/db/html';
import { databaseName, type DescribedPart } from '../health/describe-parts.ts';
import { renderPage } from './layout.ts';

export type LandingView = {
  readonly parts: readonly DescribedPart[];
  /** No account yet: whoever opens the page may make the first one. */
  readonly isNew: boolean;
  readonly at: Date;
};

const links: readonly (readonly [href: string, text: string, what: string])[] = [
  ['/docs', 'API, to read', 'Every call, described and ready to try.'],
  ['/openapi.json', 'API, for programs', 'The same as an OpenAPI 3.1 document.'],
  ['/login', 'Log in', 'Or make an account, or choose a new password.'],
  ['/ops/queues', 'Queues', 'Every job that waits, runs or has failed. For operators.'],
  ['/readyz', 'Readiness', 'Asks every part, and sends a job all the way through.'],
  ['/healthz', 'Health', 'Says that this process is up, and nothing more.'],
];

export function renderLanding({ parts, isNew, at }: LandingView): string {
  return renderPage({
    title: 'Lectern',
    path: '/',
    main: html`
      <h1>Courses from the files you have</h1>
      <p class="lead">
        Lectern is a self-hosted course platform. Drop a file into a course: workers turn it into
        text that can be searched and cited, and nothing that was accepted is ever lost.
      </p>
      ${
        isNew &&
        html`<p class="note">
          This installation has no account yet.
          <a href="/login">Make the first one</a>: it becomes the admin.
        </p>`
      }
      <section aria-labelledby="state">
        <h2 id="state">The state of things</h2>
        ${summarise(parts)}
        <ul class="parts">
          ${parts.map(renderPart)}
        </ul>
      </section>
      <section aria-labelledby="links">
        <h2 id="links">Where to go</h2>
        <dl class="links">
          ${links.map(
            ([href, text, what]) =>
              html`<div>
                <dt><a href="${href}">${text}</a></dt>
                <dd>${what}</dd>
              </div> `,
          )}
        </dl>
      </section>
    `,
    foot: html`<p>
      As of <time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)} UTC</time>. Load
      the page again to look again.
    </p>`,
  });
}

function renderPart({ name, state, word, note }: DescribedPart): Html {
  return html`<li>
    <div class="head">
      <h3>${name}</h3>
      <span class="state ${state}">${word}</span>
    </div>
    <p>${note}</p>
  </li> `;
}

function summarise(parts: readonly DescribedPart[]): Html {
  const broken = parts.filter(({ state }) => state === 'bad');
  const doubtful = parts.filter(({ state }) => state === 'warn');
  if (broken.some(({ name }) => name === databaseName)) {
    return html`<p class="note bad">
      <strong>The database does not answer.</strong> Until it does nothing can be read or changed.
      What was accepted is kept.
    </p>`;
  }
  if (broken.length > 0) {
    return html`<p class="note bad">
      <strong>Something is missing:</strong> ${listNames(broken)}. The rest goes on.
    </p>`;
  }
  if (doubtful.length > 0) {
    return html`<p class="note warn"><strong>Worth a look:</strong> ${listNames(doubtful)}.</p>`;
  }
  return html`<p class="note good">Everything is at work.</p>`;
}

function listNames(parts: readonly DescribedPart[]): string {
  return [...new Set(parts.map(({ name }) => name))].join(', ');
}
