import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import type { ProofPurpose } from '@lectern/db/postgres/tables';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { freshApi } from '../testing/fresh-api.ts';

const email = 'ada@example.org';
const password = 'correct horse battery';
const newPassword = 'staple correct horse';
const minuteMs = 60_000;

/** An account whose mailbox is not verified, and links as a mail would bring them. */
async function freshAccount() {
  const api = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const { postgres } = api.store;
  const post = (url: string, body: object, headers: Record<string, string> = {}) =>
    api.app.inject({ method: 'POST', url, body, headers });
  const made = await post('/v1/auth/register', { email, password, name: 'Ada' });
  const userId: string = made.json().user.id;
  const here = { authorization: `Bearer ${made.json().accessToken}` };
  const mailLink = async (purpose: ProofPurpose, lifeMs = minuteMs) => {
    const { token, hash } = makeSecret();
    await replaceProof(postgres, { userId, purpose, tokenHash: hash, lifeMs });
    return token;
  };
  const reset = (token: string, word = newPassword) =>
    post('/v1/auth/reset-password', { token, password: word });
  const verify = (token: string) => post('/v1/auth/verify-email', { token });
  const logIn = (word: string) => post('/v1/auth/login', { email, password: word });
  const findAccount = () =>
    postgres
      .selectFrom('users')
      .select(['password_hash', 'email_verified_at'])
      .executeTakeFirstOrThrow();
  const count = async (table: 'sessions' | 'tokens' | 'mailbox_proofs') =>
    (await postgres.selectFrom(table).select('user_id').execute()).length;
  const listMails = async (kind: string) =>
    (
      await postgres
        .selectFrom('runs')
        .select(['job', 'owner', 'subject', 'payload'])
        .where('job', '=', 'mail.send')
        .orderBy('id')
        .execute()
    ).filter(({ payload }) => payload['kind'] === kind);
  const listActions = async () =>
    (await postgres.selectFrom('audit_log').select('action').orderBy('id').execute()).map(
      ({ action }) => action,
    );
  const links = { mailLink, reset, verify };
  const rows = { findAccount, count, listMails, listActions };
  return { ...api, ...links, ...rows, userId, here, post, logIn };
}

function isExpired(answer: { statusCode: number; json: () => { code?: string } }): boolean {
  return answer.statusCode === 410 && answer.json().code === 'link_expired';
}

const changing = new Set(['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset']);
test('asking for a link answers the same for any address, and each asks for one mail', async () => {
  const me = await freshAccount();
  const addresses = [email, ' ADA@Example.org', 'nobody@example.org', 'no address', ''];
  const answers: unknown[] = [];
  for (const address of addresses) {
    const answer = await me.post('/v1/auth/forgot-password', { email: address });
    const { statusCode, body, headers } = answer;
    const kept = Object.entries(headers).filter(([name]) => !changing.has(name));
    answers.push({ statusCode, body, headers: Object.fromEntries(kept) });
  }
  assert.equal((await me.post('/v1/auth/forgot-password', {})).statusCode, 400);
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.equal((await me.post('/v1/auth/forgot-password', { email })).statusCode, 202);
  const mails = await me.listMails('reset_password');
  assert.equal(mails.length, addresses.length + 1);
  for (const { owner, subject } of mails) assert.deepEqual([owner, subject], [null, null]);
  const toMe = mails.map(({ payload }) => payload['id'] === me.userId);
  assert.deepEqual(toMe, [true, true, false, false, false, true]);
  assert.equal(new Set(mails.map(({ payload }) => payload['id'])).size, 4);
});

test('a link sets a new password once, ends everything that knew the old one, and verifies', async () => {
  const me = await freshAccount();
  const wanted = { name: 'sync', scopes: ['read', 'account'] };
  const { token } = (await me.post('/v1/me/tokens', wanted, me.here)).json();
  const [refresh, session] = cookiesOf(await me.logIn(password));
  const credentials = [
    me.here,
    { authorization: `Bearer ${token}` },
    { cookie: `lectern_session=${valueOf(session)}` },
  ];
  const read = async (headers: Record<string, string>) =>
    (await me.app.inject({ url: '/v1/me', headers })).statusCode;
  for (const headers of credentials) assert.equal(await read(headers), 200);

  const link = await me.mailLink('reset_password');
  const done = await me.reset(link);
  assert.deepEqual([done.statusCode, done.body, cookiesOf(done)[0]], [204, '', '']);
  for (const headers of credentials) assert.equal(await read(headers), 401);
  const cookie = `lectern_refresh=${valueOf(refresh)}`;
  assert.equal((await me.post('/v1/auth/refresh', {}, { cookie })).statusCode, 401);
  assert.deepEqual([await me.count('sessions'), await me.count('tokens')], [0, 0]);
  assert.notEqual((await me.findAccount()).email_verified_at, null);

  assert.ok(isExpired(await me.reset(link, 'yet another password')));
  assert.equal((await me.logIn(password)).statusCode, 401);
  assert.equal((await me.logIn('yet another password')).statusCode, 401);
  assert.equal((await me.logIn(newPassword)).json().user.emailVerified, true);
  const [mail, ...others] = await me.listMails('password_changed');
  assert.deepEqual([mail?.payload['id'], mail?.owner, others], [me.userId, me.userId, []]);
  const changes = (await me.listActions()).filter((action) => action.startsWith('account.'));
  assert.deepEqual(changes, ['account.create', 'account.change_password']);
});

test('a link that ran out, is for something else, was replaced or made up sets no password', async () => {
  const me = await freshAccount();
  const before = await me.findAccount();
  const replaced = await me.mailLink('reset_password');
  const lapsed = await me.mailLink('reset_password', -1);
  const verifying = await me.mailLink('verify_email');
  for (const link of [replaced, lapsed, verifying, makeSecret().token, 'x', ' ', "' or 1=1"]) {
    assert.ok(isExpired(await me.reset(link)), link);
  }
  for (const link of ['', 'x'.repeat(201)]) assert.equal((await me.reset(link)).statusCode, 400);
  assert.deepEqual(await me.findAccount(), before);
  assert.deepEqual(await me.listMails('password_changed'), []);
  assert.equal((await me.logIn(password)).statusCode, 200);
  // For what it was sent it is still good.
  assert.equal((await me.verify(verifying)).statusCode, 204);
});

test('a link is still good after a password that does not do', async () => {
  const me = await freshAccount();
  const link = await me.mailLink('reset_password');
  const before = await me.findAccount();
  for (const [word, status] of [
    ['x'.repeat(9), 400],
    ['x'.repeat(201), 400],
    ['x'.repeat(1024 * 1024), 413],
  ] as const) {
    assert.equal((await me.reset(link, word)).statusCode, status);
  }
  assert.deepEqual(await me.findAccount(), before);
  assert.equal((await me.reset(link)).statusCode, 204);
  assert.equal((await me.logIn(newPassword)).statusCode, 200);
});

test('of twenty who use one link at once, one sets the password', async () => {
  const me = await freshAccount();
  const link = await me.mailLink('reset_password');
  const words = Array.from({ length: 20 }, (_, i) => `${newPassword} ${i}`);
  const answers = await Promise.all(words.map((word) => me.reset(link, word)));
  const done = answers.map(({ statusCode }) => statusCode === 204);
  assert.equal(done.filter(Boolean).length, 1);
  assert.equal(answers.filter(isExpired).length, 19);
  assert.equal((await me.logIn(words[done.indexOf(true)] ?? '')).statusCode, 200);
  assert.equal((await me.listMails('password_changed')).length, 1);
});

test('a link verifies the mailbox once, and changes neither password nor logins', async () => {
  const me = await freshAccount();
  const { password_hash: hash, email_verified_at: unverified } = await me.findAccount();
  assert.equal(unverified, null);
  const link = await me.mailLink('verify_email');
  const answers = await Promise.all(Array.from({ length: 20 }, () => me.verify(link)));
  assert.equal(answers.filter(({ statusCode }) => statusCode === 204).length, 1);
  assert.equal(answers.filter(isExpired).length, 19);
  const after = await me.findAccount();
  assert.ok(after.email_verified_at instanceof Date);
  assert.equal(after.password_hash, hash);
  const read = await me.app.inject({ url: '/v1/me', headers: me.here });
  assert.deepEqual([read.statusCode, read.json().emailVerified], [200, true]);
  const verified = (action: string) => action === 'account.verify_email';
  assert.equal((await me.listActions()).filter(verified).length, 1);
  // A second mail that was on its way does no harm, and nothing more.
  assert.equal((await me.verify(await me.mailLink('verify_email'))).statusCode, 204);
  assert.deepEqual(await me.findAccount(), after);
  assert.equal((await me.listActions()).filter(verified).length, 1);
});

test('a link that ran out, is for a password, or was made up verifies nothing', async () => {
  const me = await freshAccount();
  const lapsed = await me.mailLink('verify_email', -1);
  const resetting = await me.mailLink('reset_password');
  for (const link of [lapsed, resetting, makeSecret().token, 'x']) {
    assert.ok(isExpired(await me.verify(link)), link);
  }
  for (const link of ['', 'x'.repeat(201)]) assert.equal((await me.verify(link)).statusCode, 400);
  assert.equal((await me.findAccount()).email_verified_at, null);
  assert.equal((await me.reset(resetting)).statusCode, 204);
});

test('a password that was changed takes a link back that could set another one', async () => {
  const me = await freshAccount();
  const [link, verifying] = [
    await me.mailLink('reset_password'),
    await me.mailLink('verify_email'),
  ];
  const body = { currentPassword: password, newPassword };
  assert.equal((await me.post('/v1/me/password', body, me.here)).statusCode, 204);
  assert.ok(isExpired(await me.reset(link, 'yet another password')));
  assert.equal((await me.logIn(newPassword)).statusCode, 200);
  assert.equal((await me.verify(verifying)).statusCode, 204);
});

test('the mail that verifies is sent again only while it is needed', async () => {
  const me = await freshAccount();
  const ask = () => me.post('/v1/me/verify-email', {}, me.here);
  assert.equal((await me.listMails('verify_email')).length, 1);
  assert.equal((await ask()).statusCode, 202);
  const mails = await me.listMails('verify_email');
  assert.deepEqual(
    mails.map(({ payload }) => payload['id']),
    [me.userId, me.userId],
  );
  await me.verify(await me.mailLink('verify_email'));
  assert.equal((await ask()).statusCode, 202);
  assert.equal((await me.listMails('verify_email')).length, 2);
  assert.equal((await me.post('/v1/me/verify-email', {})).statusCode, 401);
});

test('a link opens nothing of an account that is being deleted', async () => {
  const me = await freshAccount();
  const link = await me.mailLink('reset_password');
  const gone = { method: 'DELETE', url: '/v1/me', headers: me.here } as const;
  assert.equal((await me.app.inject(gone)).statusCode, 202);
  const before = await me.findAccount();
  assert.ok(isExpired(await me.reset(link)));
  assert.deepEqual(await me.findAccount(), before);
  assert.equal((await me.logIn(newPassword)).statusCode, 401);
  await me.post('/v1/auth/forgot-password', { email });
  const [mail] = await me.listMails('reset_password');
  assert.notEqual(mail?.payload['id'], me.userId);
});
