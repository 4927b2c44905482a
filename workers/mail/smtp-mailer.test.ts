import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { Cancel } from '@lectern/db/queue/outcomes';
import { catchLog } from '@lectern/db/testing/catch-log';
import { SMTPServer } from 'smtp-server';
import type { Mail } from './mailer.ts';
import { openSmtpMailer } from './smtp-mailer.ts';

type Received = { readonly from: string | false; readonly to: string[]; readonly source: string };
type Stage = 'mail' | 'recipient' | 'data';

let received: Received[] = [];
let refusals: Partial<Record<Stage, number>> = {};
beforeEach(() => {
  received = [];
  refusals = {};
});

function refusalAt(stage: Stage): Error | null {
  const responseCode = refusals[stage];
  if (responseCode === undefined) return null;
  return Object.assign(new Error('not this one'), { responseCode });
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onMailFrom: (_address, _session, done) => done(refusalAt('mail')),
  onRcptTo: (_address, _session, done) => done(refusalAt('recipient')),
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { mailFrom: sender, rcptTo } = envelope;
      const to = rcptTo.map(({ address }) => address);
      const source = Buffer.concat(chunks).toString();
      received.push({ from: sender && sender.address, to, source });
      done(refusalAt('data'));
    });
  },
});
server.listen(0, '127.0.0.1');
const port = await portOf(server.server);
after(() => new Promise<void>((resolve) => server.close(resolve)));

async function portOf(listening: Server): Promise<number> {
  if (!listening.listening) await once(listening, 'listening');
  const address = listening.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

const mailFrom = 'Курсы Lectern <lectern@example.net>';
const { log, lines } = catchLog();
const mail: Mail = {
  to: 'anna@example.org',
  subject: 'Подтвердите адрес, please',
  text: 'Здравствуйте!\n\nhttps://lectern.example/verify-email?token=abc\n',
  html: '<p>Здравствуйте!</p>',
  messageId: 'run-1',
};
const send = (change: Partial<Mail> = {}, smtpUrl = `smtp://127.0.0.1:${port}`) =>
  openSmtpMailer({ smtpUrl, mailFrom }, log).send({ ...mail, ...change });

/** A header as it was before it was encoded for the way. */
function readHeader(source: string, name: string): string {
  const [head = ''] = source.split('\r\n\r\n');
  const line = new RegExp(`^${name}: (.*)$`, 'im').exec(head.replace(/\r\n[ \t]+/g, ' '))?.[1];
  assert.ok(line !== undefined, `there is a header ${name}`);
  return line
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_word, kind: string, coded: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(coded, 'base64').toString()
        : decodeURIComponent(coded.replaceAll('_', ' ').replaceAll('=', '%')),
    );
}

test('a mail arrives with both its forms, its headers and its own identity', async () => {
  await send();
  const [arrived] = received;
  assert.ok(arrived !== undefined && received.length === 1);
  assert.equal(arrived.from, 'lectern@example.net');
  assert.deepEqual(arrived.to, ['anna@example.org']);
  assert.equal(readHeader(arrived.source, 'From'), mailFrom);
  assert.equal(readHeader(arrived.source, 'To'), mail.to);
  assert.equal(readHeader(arrived.source, 'Subject'), mail.subject);
  assert.equal(readHeader(arrived.source, 'Message-ID'), '<run-1@example.net>');
  assert.equal(readHeader(arrived.source, 'Auto-Submitted'), 'auto-generated');
  assert.match(readHeader(arrived.source, 'Content-Type'), /^multipart\/alternative;/);
  const plain = arrived.source.indexOf('Content-Type: text/plain; charset=utf-8');
  const page = arrived.source.indexOf('Content-Type: text/html; charset=utf-8');
  assert.ok(plain > 0 && page > plain, 'the richer form comes last');
});

test('an address that looks like several is one that does not exist, and nobody gets the mail', async () => {
  await assert.rejects(send({ to: 'anna@example.org, eve@example.org' }));
  for (const { to } of received) assert.ok(!to.includes('eve@example.org'));
});

test('a recipient or a mail that is refused for good is not tried again', async () => {
  const linesBefore = lines.length;
  for (const stage of ['recipient', 'data'] as const) {
    refusals = { [stage]: 550 };
    await assert.rejects(send(), (error) => {
      assert.ok(error instanceof Cancel);
      assert.equal(error.code, 'mail_refused');
      assert.match(error.message, /Check that the address/);
      return true;
    });
  }
  const told = lines.slice(linesBefore).map(({ msg }) => msg);
  assert.deepEqual(told, ['a mail was refused for good', 'a mail was refused for good']);
});

test('a server that says later, that refuses us, or is not there is tried again', async () => {
  const again = async (sending: Promise<void>, words: RegExp) => {
    await assert.rejects(sending, (error) => {
      assert.ok(error instanceof Error && !(error instanceof Cancel));
      assert.match(error.message, /^cannot send a mail through 127\.0\.0\.1:\d+: /);
      assert.match(error.message, words);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  };
  refusals = { recipient: 451 };
  await again(send(), /451/);
  refusals = { data: 451 };
  await again(send(), /451/);
  refusals = { mail: 550 };
  await again(send(), /550/);
  await again(send({}, `smtp://127.0.0.1:${await closedPort()}`), /ECONNREFUSED/);
});

test('a stop ends a mail whose server does not answer', async () => {
  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  const silentUrl = `smtp://127.0.0.1:${await portOf(silent)}`;
  const stop = new AbortController();
  const sending = send({ signal: stop.signal }, silentUrl);
  setTimeout(() => stop.abort(), 100);
  await assert.rejects(sending, /aborted/);
  silent.close();
});

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  const free = await portOf(probe);
  probe.close();
  await once(probe, 'close');
  return free;
}

test('a server of this machine may speak TLS with a certificate of its own', async () => {
  const subjects: string[] = [];
  const own = new SMTPServer({
    authOptional: true,
    onConnect: (_session, done) => done(),
    onData: (stream, { secure }, done) => {
      stream.resume();
      stream.on('end', () => {
        subjects.push(`secure ${secure}`);
        done();
      });
    },
  });
  own.listen(0, '127.0.0.1');
  const smtpUrl = `smtp://127.0.0.1:${await portOf(own.server)}`;
  await openSmtpMailer({ smtpUrl, mailFrom }, log).send(mail);
  assert.deepEqual(subjects, ['secure true']);
  await new Promise<void>((resolve) => own.close(resolve));
});
