import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { catchLog } from '@lectern/db/testing/catch-log';
import type { Mail } from './mailer.ts';
import { openMailer } from './open-mailer.ts';

let dataDir = '';
const made: string[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lectern-mail-'));
  made.push(dataDir);
});
after(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

const mail: Mail = {
  kind: 'verify_email',
  to: 'you@example.org',
  subject: 'Confirm <this>',
  text: 'Open https://lectern.example/secret\n',
  html: '<!doctype html><html><body class="paper"><p>Open it</p></body></html>',
};

function open() {
  const { log, lines } = catchLog();
  const config = { smtpUrl: undefined, mailFrom: 'Lectern <lectern@localhost>', dataDir };
  return { mailer: openMailer(config, log), lines };
}
const listMails = async () => (await readdir(join(dataDir, 'mail'))).toSorted();
const read = (file: string) => readFile(join(dataDir, 'mail', file), 'utf8');

test('without a server a mail is a page and a text in a folder that is for its owner only', async () => {
  const { mailer, lines } = open();
  await mailer.send(mail);
  const [page = '', text = '', ...rest] = await listMails();
  assert.deepEqual(rest, []);
  assert.match(
    page,
    /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-verify-email-you-example\.org\.html$/,
  );
  assert.equal(text, page.replace(/html$/, 'txt'));
  const shown = await read(page);
  assert.match(
    shown,
    /<body class="paper"><div[^>]*>\s*<b>From<\/b> Lectern &lt;lectern@localhost/,
  );
  assert.ok(shown.includes('Confirm &lt;this&gt;') && shown.includes('<p>Open it</p>'));
  assert.match(await read(text), /^From: .*\nTo: you@example.org\nSubject: Confirm <this>\nDate: /);
  assert.ok((await read(text)).endsWith(`\n\n${mail.text}`));
  const modes = [join(dataDir, 'mail'), join(dataDir, 'mail', page), join(dataDir, 'mail', text)];
  for (const [index, path] of modes.entries()) {
    assert.equal((await stat(path)).mode & 0o777, index === 0 ? 0o700 : 0o600);
  }
  assert.equal(lines.length, 1);
  assert.ok(JSON.stringify(lines).includes(page));
  assert.ok(!JSON.stringify(lines).includes('secret'));
});

test('mails of the same moment do not overwrite each other, in one process or several', async () => {
  const mailers = Array.from({ length: 4 }, () => open().mailer);
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  const sendings = mailers.flatMap(({ send }, turn) =>
    numbers
      .filter((index) => index % 4 === turn)
      .map((index) => send({ ...mail, text: `number ${index}.` })),
  );
  await Promise.all(sendings);
  const texts = (await listMails()).filter((file) => file.endsWith('.txt'));
  assert.equal((await listMails()).length, 120);
  const bodies = await Promise.all(texts.map(read));
  for (const index of numbers) {
    assert.equal(bodies.filter((body) => body.endsWith(`number ${index}.`)).length, 1);
  }
});

test('an address does not lead out of the folder, and a long one still has a name', async () => {
  const { mailer } = open();
  await mailer.send({ ...mail, to: '../../../etc/passwd@x' });
  await mailer.send({ ...mail, to: `${'я'.repeat(300)}${'a'.repeat(300)}@example.org` });
  const files = await listMails();
  assert.equal(files.length, 4);
  for (const file of files) assert.match(file, /^[0-9A-Za-z.-]{1,140}$/);
});

test('the newest thousand mails are kept, and nothing is removed that is no mail', async () => {
  const { mailer } = open();
  await mailer.send(mail);
  const folder = join(dataDir, 'mail');
  const old = Array.from({ length: 1_000 }, (_, n) => `2001-01-01T00-00-00.000Z-${1_000 + n}`);
  for (const name of old) await writeFile(join(folder, `${name}.txt`), '');
  await writeFile(join(folder, '.2000-01-01T00-00-00.000Z-begun.html'), '');
  await writeFile(join(folder, 'notes.txt'), '');
  await mailer.send(mail);
  const files = new Set(await listMails());
  assert.ok(files.has('notes.txt'));
  assert.ok(!files.has('.2000-01-01T00-00-00.000Z-begun.html'));
  const kept = old.filter((name) => files.has(`${name}.txt`));
  assert.deepEqual(kept, old.slice(2));
});
