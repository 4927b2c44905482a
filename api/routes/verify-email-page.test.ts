import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import { findUser } from '@lectern/db/postgres/users';
import { openBrowser, postForm as post, readField } from '../testing/pages.ts';
import { freshApi } from '../testing/fresh-api.ts';

const { app, store } = await freshApi();
const { postgres } = store;

async function mailLink({ lifeMs = 60_000 } = {}) {
  const browser = await openBrowser(store);
  const { userId } = browser;
  const { token, hash } = makeSecret();
  await replaceProof(postgres, { userId, purpose: 'verify_email', tokenHash: hash, lifeMs });
  return { ...browser, token };
}

async function isVerified(userId: string): Promise<boolean> {
  return (await findUser(postgres, userId))?.email_verified_at instanceof Date;
}

function listMails(userId: string) {
  return postgres.selectFrom('runs').select('payload').where('owner', '=', userId).execute();
}

test('the link opens a page that changes nothing, and its button confirms', async () => {
  const { userId, token, headers } = await mailLink();
  const url = `/verify-email?token=${token}`;
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    assert.equal((await app.inject({ method, url })).statusCode, 200);
  }
  assert.equal(await isVerified(userId), false);

  const shown = await app.inject({ url });
  assert.equal(shown.headers['referrer-policy'], 'no-referrer');
  assert.ok(shown.body.includes(`${userId}@example.org`));
  const done = await post(app, '/verify-email', { token: readField(shown, 'token') ?? '' });
  assert.deepEqual([done.statusCode, done.headers.location], [303, '/login?note=email']);
  assert.equal(await isVerified(userId), true);
  const account = await app.inject({ url: '/login?note=email', headers });
  assert.match(account.body, /role="status">Your email address is confirmed/);
  assert.doesNotMatch(account.body, /not confirmed yet/);
});

test('a link that was used, has run out or was never sent says what to do', async () => {
  const used = await mailLink();
  assert.equal((await post(app, '/verify-email', { token: used.token })).statusCode, 303);
  const old = await mailLink({ lifeMs: -1 });
  for (const token of [used.token, old.token, '"><script>', '']) {
    const shown = await app.inject({ url: `/verify-email?token=${encodeURIComponent(token)}` });
    for (const answer of [shown, await post(app, '/verify-email', { token })]) {
      assert.equal(answer.statusCode, 410);
      assert.match(answer.body, /log in and have the mail sent again/);
      assert.match(answer.body, /href="\/account"/);
      assert.doesNotMatch(answer.body, /<form|<script/);
    }
  }
  assert.equal(await isVerified(old.userId), false);
});

test('the mail is sent again from the page of whoever is logged in', async () => {
  const { userId, headers, csrf } = await openBrowser(store);
  const account = await app.inject({ url: '/account', headers });
  assert.match(account.body, /<form method="post" action="\/verify-email\/again">/);
  assert.equal(readField(account, 'csrf'), csrf);
  const sent = await post(app, '/verify-email/again', { csrf }, headers);
  assert.deepEqual([sent.statusCode, sent.headers.location], [303, '/login?note=mail']);
  const mails = await listMails(userId);
  assert.deepEqual(mails, [{ payload: { kind: 'verify_email', id: userId } }]);
  const shown = await app.inject({ url: '/login?note=mail', headers });
  assert.match(shown.body, /role="status">A mail is on its way/);
});

test('a confirmed address gets no mail', async () => {
  const { userId, token, headers, csrf } = await mailLink();
  await post(app, '/verify-email', { token });
  const answer = await post(app, '/verify-email/again', { csrf }, headers);
  assert.equal(answer.headers.location, '/login?note=email');
  assert.deepEqual(await listMails(userId), []);
});

test('no mail is sent for a form without the field of its page, or for nobody', async () => {
  const { userId, headers, csrf } = await openBrowser(store);
  for (const fields of [{}, { csrf: `${csrf}x` }]) {
    assert.equal((await post(app, '/verify-email/again', fields, headers)).statusCode, 403);
  }
  const foreign = { ...headers, 'sec-fetch-site': 'same-site' };
  assert.equal((await post(app, '/verify-email/again', { csrf }, foreign)).statusCode, 403);
  assert.deepEqual(await listMails(userId), []);
  assert.equal((await post(app, '/verify-email/again', { csrf })).headers.location, '/login');
});

test('no words of an address are shown as a note', async () => {
  for (const note of ['<b>paid</b>', '__proto__', 'toString']) {
    const { body } = await app.inject({ url: `/login?note=${encodeURIComponent(note)}` });
    assert.doesNotMatch(body, /role="status"|paid/);
  }
});
