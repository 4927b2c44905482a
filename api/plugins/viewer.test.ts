import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csrfTokenOf } from '@lectern/db/access/credentials';
import { freshApi } from '../testing/fresh-api.ts';
import { countAll } from '../testing/keep-count.ts';

test('tokens that cannot be one are refused', async () => {
  const { app } = await freshApi();
  for (const authorization of [
    'Bearer x',
    'Bearer',
    'Basic YTpi',
    `Bearer ${'a'.repeat(43)}`,
    "Bearer 'or 1=1",
  ]) {
    const answer = await app.inject({ method: 'GET', url: '/v1/me', headers: { authorization } });
    assert.equal(answer.statusCode, 401, authorization);
  }
});

test('a change with the cookie needs the token that only a page of this site can read', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const other = await api.logIn();
  const cookie = `lectern_session=${me.cookie}`;
  const token = csrfTokenOf(me.cookie);
  const post = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/courses',
      headers: { cookie, ...headers },
      body: { title: 'Mine' },
    });
  const refused: Record<string, string>[] = [
    {},
    { origin: 'http://lectern.example', 'sec-fetch-site': 'same-origin' },
    { 'x-xsrf-token': 'x'.repeat(43) },
    { 'x-xsrf-token': '' },
    { 'x-xsrf-token': csrfTokenOf(other.cookie) },
    { 'x-xsrf-token': token, 'sec-fetch-site': 'cross-site' },
    { 'x-xsrf-token': token, 'sec-fetch-site': 'same-site' },
    // A second cookie that somebody planted beside it changes nothing.
    { cookie: `${cookie}; XSRF-TOKEN=abc`, 'x-xsrf-token': 'abc' },
  ];
  for (const headers of refused) {
    const answer = await post(headers);
    assert.equal(answer.statusCode, 403, JSON.stringify(headers));
    assert.equal(answer.json().code, 'csrf_failed');
  }
  assert.equal((await countAll(api.store)).courses, 0);
  assert.equal((await post({ 'x-xsrf-token': token })).statusCode, 201);
  const browser = { 'x-csrf-token': token, 'sec-fetch-site': 'same-origin' };
  assert.equal((await post(browser)).statusCode, 201);
  assert.equal((await countAll(api.store)).courses, 2);
  const elsewhere = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const read = await api.app.inject({ method: 'GET', url: '/v1/me', headers: elsewhere });
  assert.equal(read.statusCode, 200);
});

test('a token in the header speaks for the request, whatever cookie comes with it', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn()];
  const headers = { cookie: `lectern_session=${other.cookie}` };
  const made = await me.call('POST', '/v1/courses', { body: { title: 'Mine' }, headers });
  assert.equal(made.statusCode, 201);
  assert.equal(made.json().ownerId, me.userId);
});

test('the cookie is no bearer token, and the refresh token is neither', async () => {
  const api = await freshApi();
  const { cookie, refreshToken } = await api.logIn();
  for (const token of [cookie, refreshToken]) {
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await api.app.inject({ url: '/v1/me', headers })).statusCode, 401);
  }
  const headers = { cookie: `lectern_session=${refreshToken}` };
  assert.equal((await api.app.inject({ url: '/v1/me', headers })).statusCode, 401);
});
