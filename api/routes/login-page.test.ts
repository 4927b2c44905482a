import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csrfTokenOf, readCookie, sessionCookie } from '@lectern/db/access/credentials';
import { own, postForm as post, readCookies, readField } from '../testing/pages.ts';
import { freshApi } from '../testing/fresh-api.ts';

const password = 'correct horse battery';
const person = { name: 'Ada', email: 'ada@example.org', password };

async function withFirstAccount() {
  const api = await freshApi();
  const made = await post(api.app, '/login/first', person);
  assert.equal(made.statusCode, 303);
  const cookie = readCookies(made).get(sessionCookie)?.split(';', 1)[0] ?? '';
  const csrf = csrfTokenOf(readCookie({ cookie }, sessionCookie) ?? '');
  return { ...api, cookie, csrf };
}

test('an empty installation offers to make the first account, which is the admin and logged in', async () => {
  const { app, store } = await freshApi();
  const offer = await app.inject({ url: '/login?next=/ops/queues' });
  assert.match(offer.body, /<form method="post" action="\/login\/first">/);
  const next = readField(offer, 'next') ?? '';
  assert.equal(next, '/ops/queues');

  const made = await post(app, '/login/first', { ...person, email: ' Ada@Example.ORG ', next });
  assert.deepEqual([made.statusCode, made.headers.location], [303, '/ops/queues']);
  const cookies = readCookies(made);
  const life = 'Max-Age=2592000';
  const set = cookies.get(sessionCookie) ?? '';
  assert.match(
    set,
    new RegExp(`^lectern_session=[\\w-]{43}; Path=/; ${life}; SameSite=Lax; HttpOnly$`),
  );
  assert.match(
    cookies.get('lectern_refresh') ?? '',
    new RegExp(`^lectern_refresh=[\\w-]+; Path=/v1/auth; ${life}; SameSite=Strict; HttpOnly$`),
  );
  assert.match(
    cookies.get('XSRF-TOKEN') ?? '',
    new RegExp(`^XSRF-TOKEN=[\\w-]+; Path=/; ${life}; SameSite=Lax$`),
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
  assert.match(readCookies(right).get(sessionCookie) ?? '', /^lectern_session=[\w-]{43};/);

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
  for (const url of ['/login', '/account']) {
    const shown = await app.inject({ url, headers: { cookie } });
    assert.match(shown.body, /You are Ada \(ada@example\.org\), an admin\./);
    assert.match(shown.body, /<form method="post" action="\/logout">/);
    assert.match(shown.body, /<a href="\/ops">/);
    assert.equal(shown.headers['cache-control'], 'no-store');
  }

  const csrf = readField(await app.inject({ url: '/login', headers: { cookie } }), 'csrf') ?? '';
  const out = await post(app, '/logout', { csrf }, { ...own, cookie });
  assert.deepEqual([out.statusCode, out.headers.location], [303, '/login']);
  const cookies = readCookies(out);
  for (const name of [sessionCookie, 'lectern_refresh', 'XSRF-TOKEN']) {
    assert.match(cookies.get(name) ?? '', new RegExp(`^${name}=; .*Max-Age=0`));
  }
  assert.deepEqual(await store.postgres.selectFrom('sessions').select('id').execute(), []);
  const ends = await store.postgres
    .selectFrom('audit_log')
    .select('subject_type')
    .where('action', '=', 'login.end')
    .execute();
  assert.deepEqual(ends, [{ subject_type: 'login' }]);
  const after = await app.inject({ url: '/login', headers: { cookie } });
  assert.match(after.body, /action="\/login"/);
});

test('a logout without the field of its page is refused, in words', async () => {
  const { app, store, cookie } = await withFirstAccount();
  for (const fields of [{}, { csrf: '' }, { csrf: csrfTokenOf('another') }]) {
    const answer = await post(app, '/logout', fields, { ...own, cookie });
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [403, undefined]);
    assert.match(answer.body, /role="alert">This form was made for another login/);
  }
  assert.equal((await store.postgres.selectFrom('sessions').select('id').execute()).length, 1);
});

test('logging out where nobody is logged in leads to the login', async () => {
  const { app } = await withFirstAccount();
  const out = await post(app, '/logout', { next: '/docs' });
  assert.deepEqual([out.statusCode, out.headers.location], [303, '/login?next=%2Fdocs']);
});

test('an account that nobody is logged in to leads to the login and back', async () => {
  const { app } = await withFirstAccount();
  const { statusCode, headers } = await app.inject({ url: '/account' });
  assert.deepEqual([statusCode, headers.location], [302, '/login?next=%2Faccount']);
});

test('the login leads to those who have no password or no account, and they keep their way', async () => {
  const { app } = await withFirstAccount();
  const { body } = await app.inject({ url: '/login?next=/ops/queues%3Fa%3D1%26b' });
  assert.match(body, /href="\/forgot-password"/);
  assert.match(body, /href="\/register\?next=%2Fops%2Fqueues%3Fa%3D1%26b"/);
});

test('whoever has to wait reads how long, on the form that keeps the email', async () => {
  const { app, store } = await withFirstAccount();
  const { email } = person;
  for (let i = 0; i < 10; i++) await post(app, '/login', { email, password: 'wrong horse' });
  const delayed = await post(app, '/login', { email, password });
  assert.equal(delayed.statusCode, 429);
  assert.match(String(delayed.headers['retry-after']), /^[12]$/);
  assert.match(delayed.body, /role="alert">There were too many failed logins/);
  assert.equal(readField(delayed, 'next'), '/');
  assert.match(delayed.body, /value="ada@example\.org"/);
  assert.equal((await store.postgres.selectFrom('sessions').select('id').execute()).length, 1);
});

test('too many forms from one address are told so', async () => {
  const { app } = await freshApi({ LECTERN_LOGIN_RATE_LIMIT: '1/min' });
  assert.equal((await post(app, '/login/first', person)).statusCode, 303);
  const answer = await post(app, '/login', person);
  assert.equal(answer.statusCode, 429);
  assert.ok(Number(answer.headers['retry-after']) >= 1);
  assert.match(answer.body, /role="alert">Nothing was done: there were too many requests/);
});

test('forms of other sites are refused, logging in as well as out', async () => {
  const { app, store, cookie, csrf } = await withFirstAccount();
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    const login = await post(app, '/login', person, headers);
    assert.deepEqual([login.statusCode, login.headers['set-cookie']], [403, undefined]);
    assert.equal((await post(app, '/logout', { csrf }, { cookie, ...headers })).statusCode, 403);
  }
  for (const origin of ['https://elsewhere.example', 'null']) {
    assert.equal((await post(app, '/login', person, { origin })).statusCode, 403);
  }
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
