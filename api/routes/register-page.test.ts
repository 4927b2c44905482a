import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionCookie } from '@lectern/db/access/credentials';
import { openBrowser, postForm as post, readCookies, readField } from '../testing/pages.ts';
import { freshApi } from '../testing/fresh-api.ts';

const { app, store } = await freshApi();
// The first account of all is made elsewhere.
await openBrowser(store);

const password = 'correct horse battery';
const person = { name: 'Ada', email: 'ada@example.org', password };

function findUsers(email: string) {
  return store.postgres
    .selectFrom('users')
    .select(['id', 'name', 'role', 'email_verified_at'])
    .where('email', '=', email)
    .execute();
}

test('an account is made, is logged in, and sees that its address is to be confirmed', async () => {
  const made = await post(app, '/register', { ...person, email: ' Ada@Example.ORG ' });
  assert.deepEqual([made.statusCode, made.headers.location], [303, '/account']);
  const [user, ...others] = await findUsers('ada@example.org');
  assert.deepEqual([user?.name, user?.role, user?.email_verified_at], ['Ada', 'user', null]);
  assert.deepEqual(others, []);
  const sessions = await store.postgres
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', user?.id ?? '')
    .execute();
  assert.equal(sessions.length, 1);

  const cookie = readCookies(made).get(sessionCookie)?.split(';', 1)[0] ?? '';
  const account = await app.inject({ url: '/account', headers: { cookie } });
  assert.match(account.body, /You are Ada \(ada@example\.org\), a user\./);
  assert.match(account.body, /not confirmed yet/);
  assert.doesNotMatch(account.body, /href="\/ops"/);
});

test('the way on is kept from the login over the form to the end', async () => {
  const next = '/invitation?token=a%2Bb';
  const form = await app.inject({ url: `/register?next=${encodeURIComponent(next)}` });
  assert.equal(form.statusCode, 200);
  assert.equal(readField(form, 'next'), next);
  assert.ok(form.body.includes(`href="/login?next=${encodeURIComponent(next)}"`));
  const fields = { ...person, email: 'bob@example.org', next: readField(form, 'next') ?? '' };
  assert.equal((await post(app, '/register', fields)).headers.location, next);
});

test('whoever is logged in is led to their own page instead', async () => {
  const { headers } = await openBrowser(store);
  const answer = await app.inject({ url: '/register?next=/docs', headers });
  assert.deepEqual([answer.statusCode, answer.headers.location], [302, '/login?next=%2Fdocs']);
});

test('an email that has an account is refused, and nothing is made', async () => {
  const again = { ...person, email: 'twice@example.org' };
  assert.equal((await post(app, '/register', again)).statusCode, 303);
  const answer = await post(app, '/register', { ...again, email: 'TWICE@example.org' });
  assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [409, undefined]);
  assert.match(answer.body, /role="alert">There is an account with this email/);
  assert.equal((await findUsers('twice@example.org')).length, 1);
});

const faults: Record<string, Partial<typeof person>> = {
  'no name': { name: ' ' },
  'an email that is none': { email: 'eve@example.org, ada@example.org' },
  'a short password': { password: 'short' },
};
for (const [what, change] of Object.entries(faults)) {
  test(`${what} is refused, and the form keeps the rest but the password`, async () => {
    const fields = { ...person, email: 'eve@example.org', ...change, next: '/docs' };
    const answer = await post(app, '/register', { ...fields, invitation: 'a"b' });
    assert.equal(answer.statusCode, 400);
    assert.match(answer.body, /role="alert"/);
    assert.match(answer.body, /name="next" value="\/docs"/);
    assert.match(answer.body, /name="invitation" value="a&quot;b"/);
    assert.ok(answer.body.includes(fields.email));
    assert.ok(!answer.body.includes(fields.password));
    assert.deepEqual(await findUsers('eve@example.org'), []);
  });
}

test('what was typed comes back as text', async () => {
  const name = '"><script>alert(1)</script>';
  const { body } = await post(app, '/register', { name, email: '<b>', password });
  assert.doesNotMatch(body, /<script|<b>/);
  assert.match(body, /value="&quot;&gt;&lt;script&gt;/);
  assert.match(body, /value="&lt;b&gt;"/);
});

test('a form of another site makes no account', async () => {
  const fields = { ...person, email: 'eve@example.org' };
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
    const answer = await post(app, '/register', fields, headers);
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [403, undefined]);
    assert.match(answer.body, /role="alert">This form was sent from a page of another site/);
  }
  assert.deepEqual(await findUsers('eve@example.org'), []);
  const here = { host: 'lectern.example', origin: 'http://lectern.example' };
  assert.equal((await post(app, '/register', fields, here)).statusCode, 303);
});

test('a way to another site is not followed', async () => {
  const fields = { ...person, email: 'fay@example.org', next: '//elsewhere.example' };
  const answer = await post(app, '/register', fields);
  assert.equal(answer.headers.location, '/account');
});
