import { html, renderHtml } from '@lectern/db/html';
import type { Store } from '@lectern/db/open';
import { listProcesses, type SeenProcess } from '@lectern/db/postgres/processes';

/** What an operator sees first: where to go, and which processes say that they live. */
export async function renderHome({ postgres }: Pick<Store, 'postgres'>): Promise<string> {
  return renderHtml(homePage(await listProcesses(postgres), new Date()));
}

function homePage(processes: readonly SeenProcess[], now: Date) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Operations · Lectern</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/">Lectern</a>
          <nav aria-label="Operations"><a href="/ops/queues">Queues</a></nav>
        </header>
        <main>
          <h1>Operations</h1>
          <p class="lead">
            <a href="/ops/queues">The queues</a> show every job that waits, runs or has failed: look
            why, try again, pause.
          </p>
          <section aria-labelledby="processes">
            <h2 id="processes">Processes</h2>
            <p>Those that said so within the last 15 seconds.</p>
            <div class="scroll" role="region" aria-labelledby="processes" tabindex="0">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Process</th>
                    <th scope="col">Takes</th>
                    <th scope="col">Machine</th>
                    <th scope="col">Runs for</th>
                    <th scope="col">Seen</th>
                  </tr>
                </thead>
                <tbody>
                  ${processes.map((process) => processRow(process, now))}
                </tbody>
              </table>
            </div>
          </section>
        </main>
      </body>
    </html>`;
}

function processRow({ role, takes, host, pid, startedAt, seenAt }: SeenProcess, now: Date) {
  return html`<tr>
    <th scope="row">${role}</th>
    <td>${takes.length > 0 ? takes.join(', ') : '–'}</td>
    <td>${host}, process ${pid}</td>
    <td>${describeAge(startedAt, now)}</td>
    <td>${describeAge(seenAt, now)} ago</td>
  </tr> `;
}

/** Clocks of two machines differ a little; nothing has happened in the future. */
function describeAge(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
