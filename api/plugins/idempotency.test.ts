import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteExpiredKeys } from '@lectern/db/postgres/idempotency';
import { formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';
import { countAll } from '../testing/keep-count.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

async function freshCaller() {
  const api = await freshApi();
  const me = await api.logIn();
  const post = (key: string, body: object, who = me) =>
    who.call('POST', '/v1/courses', { body, headers: { 'idempotency-key': key } });
  const age = (values: { created_at?: Date; seen_at?: Date }) =>
    api.store.postgres.updateTable('idempotency').set(values).execute();
  return { ...api, me, post, age };
}

test('the same request with the same key is answered again and done once', async () => {
  const { store, me, post } = await freshCaller();
  const first = await post('k1', { title: 'One' });
  const again = await post('k1', { title: 'One' });
  assert.equal(first.statusCode, 201);
  assert.equal(again.statusCode, 201);
  assert.equal(again.body, first.body);
  assert.equal(again.headers.location, first.headers.location);
  assert.equal(again.headers.etag, first.headers.etag);
  assert.equal(again.headers['content-type'], first.headers['content-type']);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal((await countAll(store)).courses, 1);
  // Without a key, and with another one, it is another request.
  await me.call('POST', '/v1/courses', { body: { title: 'One' } });
  await post('k2', { title: 'One' });
  assert.equal((await countAll(store)).courses, 3);
});

test('a key that comes with another request is refused', async () => {
  const { store, me, post } = await freshCaller();
  const id = JSON.parse((await post('k1', { title: 'One' })).body).id;
  const others = [
    await post('k1', { title: 'Two' }),
    await me.call('POST', `/v1/courses/${id}/materials`, {
      ...formOf([{ name: 'a.txt', content: 'x' }]),
      headers: { ...formOf([]).headers, 'idempotency-key': 'k1' },
    }),
  ];
  for (const answer of others) {
    assert.equal(answer.statusCode, 422);
    assert.equal(answer.json().code, 'idempotency_key_reused');
  }
  assert.equal((await countAll(store)).courses, 1);
  assert.equal((await countAll(store)).objects, 0);
});

test('two people may use the same key', async () => {
  const { logIn, store, post } = await freshCaller();
  const other = await logIn();
  assert.equal((await post('k1', { title: 'Mine' })).statusCode, 201);
  assert.equal((await post('k1', { title: 'Theirs' }, other)).statusCode, 201);
  assert.equal((await countAll(store)).courses, 2);
});

test('twins at the same moment do the work once', async () => {
  const { store, post } = await freshCaller();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('k1', { title: 'One' })));
  const bodies = new Set(answers.map(({ body }) => body));
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  assert.equal(bodies.size, 1);
  assert.equal((await countAll(store)).courses, 1);
});

test('a twin of a request that takes long is told to come again', async () => {
  const { store, post, me } = await freshCaller();
  await post('k1', { title: 'One' });
  await store.postgres.updateTable('idempotency').set({ status: null }).execute();
  const twin = await post('k1', { title: 'One' });
  assert.equal(twin.statusCode, 409);
  assert.equal(twin.json().code, 'idempotency_in_progress');
  assert.equal(twin.headers['retry-after'], '1');
  assert.equal((await me.call('GET', '/v1/courses')).json().items.length, 1);
});

test('what a process that died has done is found, not done twice', async () => {
  const { store, post, age } = await freshCaller();
  const first = await post('k1', { title: 'One' });
  // The course was committed and the answer was not kept.
  await store.postgres.updateTable('idempotency').set({ status: null, body: null }).execute();
  await age({ seen_at: new Date(Date.now() - 2 * minuteMs) });
  const again = await post('k1', { title: 'One' });
  assert.equal(again.statusCode, 201);
  assert.equal(again.body, first.body);
  assert.equal((await countAll(store)).courses, 1);
});

test('a key is free again after a day', async () => {
  const { store, post, age } = await freshCaller();
  await post('k1', { title: 'One' });
  await age({ created_at: new Date(Date.now() - dayMs - minuteMs) });
  assert.equal((await post('k1', { title: 'Two' })).statusCode, 201);
  assert.equal((await countAll(store)).courses, 2);
  await age({ created_at: new Date(Date.now() - dayMs - minuteMs) });
  assert.equal(await deleteExpiredKeys(store.postgres), 1);
  assert.equal((await countAll(store)).idempotency, 0);
});

test('a refusal is the answer too, but a failure of ours is not', async () => {
  const { store, me, post } = await freshCaller();
  const invalid = await post('k1', { title: '' });
  assert.equal(invalid.statusCode, 400);
  assert.equal((await post('k1', { title: 'Right now' })).statusCode, 201, 'it was never begun');
  await store.postgres.schema.alterTable('courses').renameTo('elsewhere').execute();
  assert.equal((await post('k2', { title: 'One' })).statusCode, 500);
  await store.postgres.schema.alterTable('elsewhere').renameTo('courses').execute();
  assert.equal((await post('k2', { title: 'One' })).statusCode, 201);
  assert.equal((await me.call('GET', '/v1/courses')).json().items.length, 2);
});

test('an upload is told from another by its files', async () => {
  const { store, me } = await freshCaller();
  const courseId = await makeCourse(me);
  const upload = (key: string, name: string, content: string | Buffer) => {
    const form = formOf([{ name, content }]);
    const headers = { ...form.headers, 'idempotency-key': key };
    return me.call('POST', `/v1/courses/${courseId}/materials`, { body: form.body, headers });
  };
  const first = await upload('k1', 'a.txt', 'aaaa');
  const again = await upload('k1', 'a.txt', 'aaaa');
  assert.equal(first.statusCode, 202);
  assert.equal(again.statusCode, 202, 'the first answer, not that the course has the file now');
  assert.equal(again.body, first.body);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  for (const [name, content] of [
    ['a.txt', 'bbbb'],
    ['b.txt', 'aaaa'],
  ] as const) {
    const other = await upload('k1', name, content);
    assert.equal(other.statusCode, 422, name);
    assert.equal(other.json().code, 'idempotency_key_reused');
  }
  const refused = await upload('k2', 'a.txt', Buffer.alloc(10));
  assert.equal(refused.statusCode, 415);
  assert.equal((await upload('k2', 'c.txt', 'better')).statusCode, 202);
  const { materials, runs, objects } = await countAll(store);
  assert.deepEqual({ materials, runs, objects }, { materials: 2, runs: 2, objects: 2 });
});
