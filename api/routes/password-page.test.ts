import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import { findPasswordHash } from '@lectern/db/postgres/users';
import { openBrowser, postForm as post, readField } from '../testing/pages.ts';
import { freshApi } from '../testing/fresh-api.ts';

const { app, store } = await freshApi();
const { postgres } = store;

const password = 'correct horse battery';

async function mailLink({ lifeMs = 60_000 } = {}) {
  const browser = await openBrowser(store);
  const { userId } = browser;
  const { token, hash } = makeSecret();
  await replaceProof(postgres, { userId, purpose: 'reset_password', tokenHash: hash, lifeMs });
  return { ...browser, token, email: `${userId}@example.org` };
}

function listMails() {
  return postgres.selectFrom('runs').select('payload').where('job', '=', 'mail.send').execute();
}

function listSessions(userId: string) {
  return postgres.selectFrom('sessions').select('id').where('user_id', '=', userId).execute();
}

test('asking for a link answers the same whether or not there is an account', async () => {
  const { userId, email } = await mailLink();
  const before = await listMails();
  const known = await post(app, '/forgot-password', { email: ` ${email.toUpperCase()}` });
  const unknown = await post(app, '/forgot-password', { email: 'nobody@example.org' });
  assert.deepEqual([known.statusCode, unknown.statusCode], [200, 200]);
  assert.equal(known.body, unknown.body);
  assert.match(known.body, /If there is an account with this email, a mail is on its way/);
  const mails = (await listMails()).slice(before.length).map(({ payload }) => payload);
  assert.deepEqual(new Set(mails.map(({ kind }) => kind)), new Set(['reset_password']));
  assert.ok(mails.some(({ id }) => id === userId));
});

test('what is no email is given back as text', async () => {
  const answer = await post(app, '/forgot-password', { email: '"><script>' });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.body, /role="alert">Give an email address/);
  assert.match(answer.body, /value="&quot;&gt;&lt;script&gt;"/);
});

test('asking for links without end is refused on the form', async () => {
  const narrow = await freshApi({ LECTERN_LOGIN_RATE_LIMIT: '1/min' });
  const email = 'ada@example.org';
  assert.equal((await post(narrow.app, '/forgot-password', { email })).statusCode, 200);
  const answer = await post(narrow.app, '/forgot-password', { email });
  assert.equal(answer.statusCode, 429);
  assert.ok(Number(answer.headers['retry-after']) >= 1);
  assert.match(answer.body, /role="alert">Nothing was done/);
  assert.match(answer.body, /value="ada@example\.org"/);
});

test('the link sets a password, once, and ends all logins', async () => {
  const { userId, token, email, headers } = await mailLink();
  const form = await app.inject({ url: `/reset-password?token=${token}` });
  assert.equal(form.statusCode, 200);
  assert.equal(readField(form, 'token'), token);
  assert.ok(form.body.includes(email));
  assert.equal((await listSessions(userId)).length, 1, 'looking at the form changed nothing');

  const set = await post(app, '/reset-password', { token, password });
  assert.deepEqual([set.statusCode, set.headers.location], [303, '/login?note=password']);
  assert.match((await findPasswordHash(postgres, userId)) ?? '', /^\$argon2id\$/);
  assert.deepEqual(await listSessions(userId), []);
  const shown = await app.inject({ url: '/login?note=password', headers });
  assert.match(shown.body, /role="status">Your new password is set/);
  assert.equal((await post(app, '/login', { email, password })).statusCode, 303);

  const stored = await findPasswordHash(postgres, userId);
  const again = await post(app, '/reset-password', { token, password: 'another horse battery' });
  assert.equal(again.statusCode, 410);
  assert.equal(await findPasswordHash(postgres, userId), stored);
});

test('a password that is too short or too long is refused, and the link stays good', async () => {
  const { userId, token } = await mailLink();
  for (const bad of ['short', 'x'.repeat(201)]) {
    const answer = await post(app, '/reset-password', { token, password: bad });
    assert.equal(answer.statusCode, 400);
    assert.match(answer.body, /role="alert">Choose a password/);
    assert.equal(readField(answer, 'token'), token);
    assert.ok(!answer.body.includes(bad));
  }
  assert.equal(await findPasswordHash(postgres, userId), '-');
  assert.equal((await post(app, '/reset-password', { token, password })).statusCode, 303);
});

test('a link that has run out, or that nobody sent, leads to a new one', async () => {
  const { userId, token } = await mailLink({ lifeMs: -1 });
  for (const query of [`?token=${token}`, '?token=%22%3E%3Cscript%3E', '?token=a&token=b', '']) {
    const answer = await app.inject({ url: `/reset-password${query}` });
    assert.equal(answer.statusCode, 410);
    assert.match(answer.body, /href="\/forgot-password"/);
    assert.doesNotMatch(answer.body, /<form|<script/);
  }
  assert.equal((await post(app, '/reset-password', { token, password })).statusCode, 410);
  assert.equal(await findPasswordHash(postgres, userId), '-');
});

test('no page tells others the address that holds the secret', async () => {
  const { token } = await mailLink();
  for (const url of [`/reset-password?token=${token}`, '/reset-password?token=old']) {
    const { headers } = await app.inject({ url });
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
  }
});

test('the form works where a browser hides the origin, and not from another site', async () => {
  const { userId, token } = await mailLink();
  const fields = { token, password };
  const foreign = [
    { 'sec-fetch-site': 'cross-site', origin: 'null' },
    { origin: 'https://elsewhere.example' },
  ];
  for (const headers of foreign) {
    assert.equal((await post(app, '/reset-password', fields, headers)).statusCode, 403);
  }
  assert.equal(await findPasswordHash(postgres, userId), '-');
  const hidden = await post(app, '/reset-password', fields, { origin: 'null' });
  assert.equal(hidden.statusCode, 303);
});
