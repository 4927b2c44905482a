import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { html, renderHtml } from '@lectern/db/html';
import type { Log } from '@lectern/db/log';
import type { Mail, Mailer } from './mailer.ts';
import { writePair } from './write-pair.ts';

const mostKept = 1_000;

/** Writes each mail as a page for a browser, and as text, where the people of this machine find it. */
export function openFolderMailer(
  { dataDir, mailFrom }: { readonly dataDir: string; readonly mailFrom: string },
  log: Log,
): Mailer {
  const folder = join(dataDir, 'mail');
  return {
    async send(mail) {
      mail.signal?.throwIfAborted();
      // The links in these mails let people in: the folder is for nobody else on this machine.
      await mkdir(dataDir, { recursive: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      const at = new Date();
      const heading = {
        From: mailFrom,
        To: mail.to,
        Subject: mail.subject,
        Date: at.toUTCString(),
      };
      const name = await writePair(folder, nameMail(mail, at), {
        html: addHeading(mail.html, heading),
        txt: `${listHeading(heading)}\n\n${mail.text}`,
      });
      await removeOldest(folder);
      log.info({ to: mail.to, file: join(folder, `${name}.html`) }, 'wrote a mail to its folder');
    },
    close: () => undefined,
  };
}

type Heading = Readonly<Record<'From' | 'To' | 'Subject' | 'Date', string>>;

/** Sorts by time; of what is in an address only what every file system takes. */
function nameMail({ kind, to }: Pick<Mail, 'kind' | 'to'>, at: Date): string {
  const time = at.toISOString().replaceAll(':', '-');
  const words = `${kind ?? 'mail'} ${to}`.replace(/[^A-Za-z0-9.]+/g, '-').slice(0, 100);
  return `${time}-${words.replace(/[-.]+$/, '')}`;
}

function listHeading(heading: Heading): string {
  return Object.entries(heading)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Above the mail's own page, in its colours. */
function addHeading(page: string, heading: Heading): string {
  const rows = Object.entries(heading).map(([name, value]) => html`<b>${name}</b> ${value}<br />`);
  const note = renderHtml(
    html`<div class="soft" style="max-width:560px;margin:0 auto 24px;font-size:13px;color:#55605a">
      ${rows}
    </div>`,
  );
  const body = /<body[^>]*>/.exec(page);
  if (body === null) return note + page;
  const start = body.index + body[0].length;
  return page.slice(0, start) + note + page.slice(start);
}

const mailFile = /^\.?(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z-.*)\.(?:html|txt)$/;

/** Also removes what was begun and never ended, once it is as old as that. */
async function removeOldest(folder: string): Promise<void> {
  const files = Map.groupBy(await readdir(folder), (file) => mailFile.exec(file)?.[1] ?? '');
  files.delete('');
  const names = [...files.keys()].toSorted();
  for (const name of names.slice(0, -mostKept)) {
    for (const file of files.get(name) ?? []) await rm(join(folder, file), { force: true });
  }
}
