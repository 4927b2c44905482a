import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '../app.ts';
import { freshApi } from '../testing/fresh-api.ts';

const password = 'correct horse battery';
const person = { name: 'Ada', email: 'ada@example.org', password };
const own = { 'sec-fetch-site': 'same-origin' };

type Headers = Record<string, string>;

function post(app: App, url: string, fields: Record<string, string>, headers: Headers = own) {
  const payload = new URLSearchParams(fields).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return app.inject({ method: 'POST', url, payload, headers: { ...type, ...headers } });
}

async function withFirstAccount() {
  const api = await freshApi();
  const made = await post(api.app, '/login/first', person);
  assert.equal(made.statusCode, 303);
  const cookie = String(made.headers['set-cookie']).split(';', 1)[0] ?? '';
  return { ...api, cookie };
}

test('an empty installation offers to make the first account, which is the admin and logged in', async () => {
  const { app, store } = await freshApi();
  const offer = await app.inject({ url: '/login?next=/ops/queues' });
  assert.match(offer.body, /<form method="post" action="\/login\/first">/);
  const next = /name="next" value="([^"]*)"/.exec(offer.body)?.[1];
  assert.equal(next, '/ops/queues');

  const made = await post(app, '/login/first', { ...person, email: ' Ada@Example.ORG ', next });
  assert.deepEqual([made.statusCode, made.headers.location], [303, '/ops/queues']);
  const set = String(made.headers['set-cookie']);
  assert.match(
    set,
    /^lectern_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const users = await store.postgres
    .selectFrom('users')
    .select(['email', 'name', 'role'])
    .execute();
  assert.deepEqual(users, [{ email: 'ada@example.org', name: 'Ada', role: 'admin' }]);
  const me = await app.inject({ url: '/v1/me', headers: { cookie: set.split(';', 1)[0] } });
  assert.equal(me.json().role, 'admin');
});

test('once there is an account the offer is over', async () => {
  const { app, store } = await withFirstAccount();
  assert.match((await app.inject({ url: '/login' })).body, /action="\/login"/);
  const late = await post(app, '/login/first', { ...person, email: 'eve@example.org' });
  assert.equal(late.statusCode, 409);
  assert.equal(late.headers['set-cookie'], undefined);
  assert.equal((await store.postgres.selectFrom('users').select('id').execute()).length, 1);
});

const faults: Record<string, Partial<typeof person>> = {
  'no name': { name: '  ' },
  'a name of two lines': { name: 'a\nb' },
  'an email that is none': { email: 'ada' },
  'a short password': { password: 'short' },
  'too long a password': { password: 'x'.repeat(201) },
};
for (const [what, change] of Object.entries(faults)) {
  test(`a first account with ${what} is refused, and the form keeps the rest but the password`, async () => {
    const { app, store } = await freshApi();
    const answer = await post(app, '/login/first', { ...person, ...change, next: '/docs' });
    assert.equal(answer.statusCode, 400);
    assert.match(answer.body, /role="alert"/);
    assert.match(answer.body, /name="next" value="\/docs"/);
    assert.ok(!answer.body.includes(change.password ?? password));
    assert.deepEqual(await store.postgres.selectFrom('users').select('id').execute(), []);
  });
}

test('the right password leads on, a wrong one and an unknown email say the same', async () => {
  const { app } = await withFirstAccount();
  const { email } = person;
  const right = await post(app, '/login', { email: ' ADA@example.org ', password, next: '/docs' });
  assert.deepEqual([right.statusCode, right.headers.location], [303, '/docs']);
  assert.match(String(right.headers['set-cookie']), /^lectern_session=[\w-]{43};/);

  const wrong = await post(app, '/login', { email, password: 'wrong horse' });
  const unknown = await post(app, '/login', { email: 'eve@example.org', password: 'wrong horse' });
  for (const answer of [wrong, unknown]) {
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.match(answer.body, /role="alert">\s*No account has this email and this password/);
    assert.ok(!answer.body.includes('wrong horse'));
  }
  assert.equal(wrong.body.replaceAll(email, 'X'), unknown.body.replaceAll('eve@example.org', 'X'));
});

test('what was typed comes back as text', async () => {
  const { app } = await withFirstAccount();
  const email = '"><script>alert(1)</script>';
  const { body } = await post(app, '/login', { email, password: 'x' });
  assert.doesNotMatch(body, /<script/);
  assert.match(body, /value="&quot;&gt;&lt;script&gt;/);
});

test('after a login nobody is led to another site', async () => {
  const { app } = await withFirstAccount();
  for (const next of [
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/..//elsewhere.example',
  ]) {
    const { headers } = await post(app, '/login', { ...person, next });
    assert.equal(headers.location, '/');
    const shown = await app.inject({ url: `/login?next=${encodeURIComponent(next)}` });
    assert.match(shown.body, /name="next" value="\/"/);
  }
});

test('whoever is logged in sees who that is, and logs out with a button', async () => {
  const { app, store, cookie } = await withFirstAccount();
  const shown = await app.inject({ url: '/login', headers: { cookie } });
  assert.match(shown.body, /You are Ada \(ada@example\.org\), an admin\./);
  assert.match(shown.body, /<form method="post" action="\/logout">/);
  assert.equal(shown.headers['cache-control'], 'no-store');

  const out = await post(app, '/logout', {}, { ...own, cookie });
  assert.deepEqual([out.statusCode, out.headers.location], [303, '/login']);
  assert.match(String(out.headers['set-cookie']), /^lectern_session=; .*Max-Age=0/);
  assert.deepEqual(await store.postgres.selectFrom('sessions').select('id').execute(), []);
});

test('forms of other sites are refused, logging in as well as out', async () => {
  const { app, store, cookie } = await withFirstAccount();
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    const login = await post(app, '/login', person, headers);
    assert.deepEqual([login.statusCode, login.headers['set-cookie']], [403, undefined]);
    assert.equal((await post(app, '/logout', {}, { cookie, ...headers })).statusCode, 403);
  }
  const foreign = { origin: 'https://elsewhere.example' };
  assert.equal((await post(app, '/login', person, foreign)).statusCode, 403);
  assert.equal((await store.postgres.selectFrom('sessions').select('id').execute()).length, 1);
});

test('a browser without these headers, such as one of text, can log in', async () => {
  const { app } = await withFirstAccount();
  assert.equal((await post(app, '/login', person, {})).statusCode, 303);
});

test('a program that sends JSON here is told where to go', async () => {
  const { app } = await withFirstAccount();
  const answer = await app.inject({ method: 'POST', url: '/login', payload: person, headers: own });
  assert.deepEqual([answer.statusCode, answer.json().code], [415, 'unsupported_media_type']);
  assert.match(answer.json().detail, /\/v1\/auth\/login/);
});

test('while the database is away the page says so', async () => {
  const { app } = await freshApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  for (const answer of [await app.inject({ url: '/login' }), await post(app, '/login', person)]) {
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /<h1>Not just now<\/h1>/);
    assert.doesNotMatch(answer.body, /127\.0\.0\.1|ECONN/);
  }
});
