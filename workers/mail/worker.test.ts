import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { hashSecret } from '@lectern/db/access/secrets';
import type { MailKind } from '@lectern/db/jobs/mail';
import type { Store } from '@lectern/db/open';
import { setInvitationSecret } from '@lectern/db/postgres/mail-recipients';
import { findProof } from '@lectern/db/postgres/mailbox-proofs';
import { newId } from '@lectern/db/postgres/new-id';
import { catchLog } from '@lectern/db/testing/catch-log';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { runTwice } from '../testing/run-twice.ts';
import { mailWorker } from './worker.ts';

const hourMs = 3_600_000;
const { log, lines } = catchLog();
let store: Store;
before(async () => {
  store = { ...(await freshStore({ env: { PUBLIC_URL: 'https://lectern.example/' } })), log };
});

const run = (kind: MailKind, id: string) => runTwice(store, mailWorker, { payload: { kind, id } });

async function addPerson(change: object = {}): Promise<{ id: string; email: string }> {
  const id = newId();
  const email = `${id}@example.org`;
  await store.postgres
    .insertInto('users')
    .values({ id, email, name: 'Anna', password_hash: '-', role: 'user', ...change })
    .execute();
  return { id, email };
}

async function addInvitation(change: object = {}): Promise<{ id: string; email: string }> {
  const inviter = await addPerson({ name: 'Борис', locale: 'ru' });
  const [id, courseId] = [newId(), newId()];
  const email = `${id}@example.org`;
  await store.postgres
    .insertInto('courses')
    .values({ id: courseId, owner_id: inviter.id, title: 'Оптика & <свет>', level: null })
    .execute();
  await store.postgres
    .insertInto('invitations')
    .values({
      id,
      course_id: courseId,
      email,
      role: 'learner',
      invited_by: inviter.id,
      expires_at: new Date('2099-11-21T12:31:08Z'),
      ...change,
    })
    .execute();
  return { id, email };
}

async function addExport(userId: string, expiresAt: Date): Promise<string> {
  const id = newId();
  await store.postgres
    .insertInto('exports')
    .values({ id, user_id: userId, expires_at: expiresAt })
    .execute();
  return id;
}

/** The texts of the mails to an address. */
async function mailsTo(email: string): Promise<string[]> {
  const folder = join(store.config.dataDir, 'mail');
  const files = await readdir(folder).catch(() => []);
  const texts = files.filter((file) => file.endsWith('.txt'));
  const mails = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  return mails.filter((mail) => mail.includes(`\nTo: ${email}\n`));
}

async function onlyMailTo(email: string): Promise<string> {
  const [mail, ...others] = await mailsTo(email);
  assert.ok(mail !== undefined && others.length === 0, `one mail to ${email}`);
  return mail;
}

function tokenIn(mail: string, page: string): string {
  const link = mail.split('\n').find((line) => line.startsWith(`https://lectern.example${page}`));
  const token = link?.split('?token=')[1];
  assert.match(token ?? '', /^[\w-]{43}$/);
  return token ?? '';
}

/** Nowhere but in the mail itself. */
async function assertKeptNowhere(token: string): Promise<void> {
  const { postgres } = store;
  const rows = [
    await postgres.selectFrom('runs').selectAll().execute(),
    await postgres.selectFrom('outbox').selectAll().execute(),
    await postgres.selectFrom('effects').selectAll().execute(),
    await postgres.selectFrom('mailbox_proofs').selectAll().execute(),
    await postgres.selectFrom('invitations').selectAll().execute(),
  ];
  assert.ok(lines.length > 0);
  assert.ok(!JSON.stringify([rows, lines]).includes(token));
}

const links = [
  ['verify_email', '/verify-email', 72 * hourMs],
  ['reset_password', '/reset-password', hourMs],
] as const;
for (const [kind, page, lifeMs] of links) {
  test(`${kind}: one mail, whose link is known by its hash and for its time`, async () => {
    const { id, email } = await addPerson();
    assert.equal((await run(kind, id)).state, 'done');
    const token = tokenIn(await onlyMailTo(email), page);
    const proof = await store.postgres
      .selectFrom('mailbox_proofs')
      .selectAll()
      .where('user_id', '=', id)
      .executeTakeFirstOrThrow();
    assert.equal(proof.purpose, kind);
    assert.deepEqual(proof.token_hash, hashSecret(token));
    assert.equal(proof.expires_at.getTime() - proof.created_at.getTime(), lifeMs);
    await assertKeptNowhere(token);
  });
}

test('a second mail has the link that counts', async () => {
  const { id, email } = await addPerson();
  await run('reset_password', id);
  const [first = ''] = await mailsTo(email);
  await run('reset_password', id);
  const second = (await mailsTo(email)).find((mail) => mail !== first) ?? '';
  const find = (mail: string) => {
    const tokenHash = hashSecret(tokenIn(mail, '/reset-password'));
    return findProof(store.postgres, { purpose: 'reset_password', tokenHash });
  };
  assert.equal(await find(first), undefined);
  assert.deepEqual(await find(second), { userId: id, email });
});

test('an address that is confirmed already gets no mail', async () => {
  const { id, email } = await addPerson({ email_verified_at: new Date() });
  assert.equal((await run('verify_email', id)).state, 'done');
  assert.deepEqual(await mailsTo(email), []);
});

test('a reset for an account that does not exist ends as one that does', async () => {
  const gone = await addPerson({ deleting_at: new Date() });
  const views = [];
  for (const id of [newId(), gone.id, (await addPerson()).id]) {
    const { state, error, attempts } = await run('reset_password', id);
    views.push({ state, error, attempts });
  }
  const done = { state: 'done', error: null, attempts: 0 };
  assert.deepEqual(views, [done, done, done]);
  assert.deepEqual(await mailsTo(gone.email), []);
});

test('a changed password is told in the language of the person, with what to do', async () => {
  const { id, email } = await addPerson({ locale: 'ru' });
  await run('password_changed', id);
  const mail = await onlyMailTo(email);
  assert.match(mail, /Здравствуйте, Anna!/);
  assert.ok(mail.includes('\nhttps://lectern.example/forgot-password\n'));
});

test('an invitation says who invites to what, in the language of whoever invites', async () => {
  const { id, email } = await addInvitation();
  assert.equal((await run('invitation', id)).state, 'done');
  const mail = await onlyMailTo(email);
  assert.ok(mail.includes('Борис приглашает вас на курс «Оптика & <свет>»'));
  assert.ok(mail.replaceAll('\n', ' ').includes('21 ноября 2099 г., 12:31 (UTC)'));
  const token = tokenIn(mail, '/invitation');
  const { token_hash } = await store.postgres
    .selectFrom('invitations')
    .select('token_hash')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(token_hash, hashSecret(token));
  await assertKeptNowhere(token);
});

test('an invitation to somebody with an account speaks their language and time', async () => {
  const reader = await addPerson({ locale: 'en', time_zone: 'Europe/Moscow' });
  const { id } = await addInvitation({ email: reader.email.toUpperCase(), invited_by: null });
  await run('invitation', id);
  const mail = await onlyMailTo(reader.email.toUpperCase());
  assert.ok(mail.includes('Subject: You are invited to “Оптика & <свет>”'));
  assert.ok(mail.replaceAll('\n', ' ').includes('21 November 2099, 15:31 (GMT+3)'));
});

test('an invitation that was accepted or has expired sends nothing', async () => {
  const past = new Date(Date.now() - 1_000);
  for (const change of [{ accepted_at: past }, { expires_at: past }]) {
    const { id, email } = await addInvitation(change);
    assert.equal((await run('invitation', id)).state, 'done');
    assert.deepEqual(await mailsTo(email), []);
  }
  const { id } = await addInvitation({ accepted_at: past });
  assert.equal(await setInvitationSecret(store.postgres, id, hashSecret('x')), false);
});

test('an export that is ready is told, one that has expired is not', async () => {
  const { id, email } = await addPerson();
  await run('export_ready', await addExport(id, new Date(Date.now() - 1_000)));
  await run('export_ready', await addExport(id, new Date('2099-11-21T12:31:08Z')));
  const mail = await onlyMailTo(email);
  assert.ok(mail.includes('\nhttps://lectern.example/account\n'));
  assert.ok(mail.replaceAll('\n', ' ').includes('until 21 November 2099, 12:31 (UTC)'));
});

test('what was deleted meanwhile has no reader, and the run says so', async () => {
  for (const kind of ['verify_email', 'password_changed', 'invitation', 'export_ready'] as const) {
    const { state, error } = await run(kind, newId());
    assert.deepEqual([state, error?.code], ['cancelled', 'mail_without_reader'], kind);
  }
});

test('a mail whose worker vanished while it was sent is not sent again', async () => {
  const { id, email } = await addPerson();
  const vanishing = {
    ...mailWorker,
    handle: async (context: Parameters<typeof mailWorker.handle>[0]) => {
      const { id: runId } = context.run;
      await store.postgres
        .insertInto('effects')
        .values({ key: `mail:${runId}`, run_id: runId, state: 'begun', result: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return mailWorker.handle(context);
    },
  };
  const payload = { kind: 'password_changed', id };
  assert.equal((await runTwice(store, vanishing, { payload })).state, 'done');
  assert.deepEqual(await mailsTo(email), []);
  assert.ok(lines.some(({ level, msg }) => level === 40 && msg.includes('not sent again')));
});

test('a mail whose server is away is tried again, and counts', async () => {
  // Nothing listens there: the port is one that nobody but root may open.
  const away = await freshStore({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  const id = newId();
  await away.postgres
    .insertInto('users')
    .values({ id, email: 'a@example.org', name: 'A', password_hash: '-', role: 'user' })
    .execute();
  const payload = { kind: 'verify_email', id };
  const { state, attempts } = await runTwice(away, mailWorker, { payload });
  assert.deepEqual([state, attempts], ['queued', 2]);
  const begun = await away.postgres.selectFrom('effects').selectAll().execute();
  assert.deepEqual(begun, [], 'the next try may send');
});
