import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { freshApi, makeCourse } from '../testing/fresh-api.ts';

test('a course is made with what was sent, and defaults for the rest', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const body = {
    title: 'Органическая химия',
    description: 'Line one\nline two',
    language: 'ru',
    level: 'beginner',
    tags: ['chemistry', 'ru'],
    visibility: 'public',
  };
  const made = await me.call('POST', '/v1/courses', { body });
  assert.equal(made.statusCode, 201);
  const course = made.json();
  assert.equal(made.headers.location, `/v1/courses/${course.id}`);
  assert.deepEqual({ ...course, ...body }, course);
  assert.equal(course.ownerId, me.userId);
  assert.equal(course.status, 'draft');
  assert.match(course.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual((await me.call('GET', `/v1/courses/${course.id}`)).json(), course);

  const plain = (await me.call('POST', '/v1/courses', { body: { title: 'x' } })).json();
  assert.equal(plain.description, '');
  assert.equal(plain.language, 'en');
  assert.equal(plain.level, null);
  assert.deepEqual(plain.tags, []);
  assert.equal(plain.visibility, 'private');
});

test('a course has an ETag, and 304 says that it is the same', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const id = await makeCourse(me);
  const read = await me.call('GET', `/v1/courses/${id}`);
  const etag = String(read.headers.etag);
  assert.match(etag, /^"\d+"$/);
  const same = (known: string) =>
    me.call('GET', `/v1/courses/${id}`, { headers: { 'if-none-match': known } });
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await same(known);
    assert.equal(answer.statusCode, 304, known);
    assert.equal(answer.body, '');
    assert.equal(answer.headers.etag, etag);
  }
  assert.equal((await same('"other"')).statusCode, 200);
});

test('a course is seen by its owner, by admins, and by all once it is out in public', async () => {
  const api = await freshApi();
  const [owner, other, operator, admin] = [
    await api.logIn(),
    await api.logIn(),
    await api.logIn('operator'),
    await api.logIn('admin'),
  ];
  const id = await makeCourse(owner);
  const seenBy = async () => {
    const statuses: number[] = [];
    for (const { call } of [owner, other, operator, admin]) {
      const { statusCode } = await call('GET', `/v1/courses/${id}`);
      const { items } = (await call('GET', '/v1/courses')).json();
      assert.equal(items.length, statusCode === 200 ? 1 : 0);
      statuses.push(statusCode);
    }
    return statuses;
  };
  const set = (values: { visibility?: 'public'; status?: 'published' }) =>
    api.store.postgres.updateTable('courses').set(values).execute();
  assert.deepEqual(await seenBy(), [200, 404, 404, 200]);
  await set({ visibility: 'public' });
  assert.deepEqual(await seenBy(), [200, 404, 404, 200]);
  await set({ status: 'published' });
  assert.deepEqual(await seenBy(), [200, 200, 200, 200]);
});

test('a course that is not there, not to be seen, or cannot be named is not found', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const hidden = await makeCourse(await api.logIn());
  for (const id of [newId(), hidden, 'x', '1', "1'--", hidden.toUpperCase(), `${hidden}0`]) {
    const answer = await me.call('GET', `/v1/courses/${encodeURIComponent(id)}`);
    assert.equal(answer.statusCode, 404, id);
    assert.equal(answer.json().code, 'not_found');
  }
});

test('pages of courses follow each other, newest first, without a gap or a repetition', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const made: string[] = [];
  for (let i = 0; i < 7; i++) made.unshift(await makeCourse(me, `Course ${i}`));
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor = '';
  do {
    const page = (await me.call('GET', `/v1/courses?limit=3${cursor}`)).json();
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    sizes.push(page.items.length);
    // A course that is made meanwhile is newer than the cursor and moves nothing.
    await makeCourse(me, 'Meanwhile');
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, made);
  assert.deepEqual(sizes, [3, 3, 1]);
});

test('a page that is exactly full is the last', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await makeCourse(me);
  await makeCourse(me);
  const page = (await me.call('GET', '/v1/courses?limit=2')).json();
  assert.equal(page.items.length, 2);
  assert.equal(page.nextCursor, null);
});

test('courses are found by title, tag, status and owner', async () => {
  const api = await freshApi();
  const [me, admin] = [await api.logIn(), await api.logIn('admin')];
  const make = (body: object) => me.call('POST', '/v1/courses', { body });
  await make({ title: '100% Organic_Chemistry', tags: ['science'] });
  await make({ title: 'History', tags: ['past'] });
  await makeCourse(admin, 'Other');
  const titles = async (query: string, who = me) => {
    const { items } = (await who.call('GET', `/v1/courses?${query}`)).json();
    return items.map(({ title }: { title: string }) => title);
  };
  assert.deepEqual(await titles('q=organic_'), ['100% Organic_Chemistry']);
  assert.deepEqual(await titles('q=_istory'), []);
  assert.deepEqual(await titles('q=%25'), ['100% Organic_Chemistry']);
  assert.deepEqual(await titles('tag=past'), ['History']);
  assert.deepEqual(await titles('status=published'), []);
  assert.deepEqual(await titles('mine=true', admin), ['Other']);
  assert.equal((await titles('mine=false', admin)).length, 3);
});

test('a limit, cursor or filter that means nothing is refused', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const queries = [
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=many',
    'limit=1&limit=2',
    'cursor=nonsense',
    `cursor=${'A'.repeat(24)}`,
    'status=lost',
    'colour=red',
    'mine=perhaps',
  ];
  for (const query of queries) {
    const answer = await me.call('GET', `/v1/courses?${query}`);
    assert.equal(answer.statusCode, 400, query);
    assert.equal(answer.json().code, 'invalid_request', query);
    assert.match(answer.json().errors[0].path, /^query\./);
  }
});
