import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteIdleStorageUse } from '@lectern/db/postgres/storage-use';
import { formOf } from '../testing/fresh-api.ts';
import { freshCourse, listFolder } from '../testing/fresh-course.ts';
import { speakTusAs } from '../testing/tus.ts';

const kilobyte = (first: string) => first.padEnd(1_000, '.');

type Api = Awaited<ReturnType<typeof freshCourse>>;

const usedBy = async ({ me, courseId }: Pick<Api, 'me' | 'courseId'>) => {
  const mine = (await me.call('GET', '/v1/me/storage')).json();
  const ofCourse = (await me.call('GET', `/v1/courses/${courseId}/storage`)).json();
  return [mine.usedBytes, ofCourse.usedBytes];
};

test('of a hundred uploads at once exactly as many are taken as there is room for', async () => {
  const api = await freshCourse({ LECTERN_USER_QUOTA: '10KB' });
  const uploads = Array.from({ length: 100 }, (_, i) =>
    api.upload([{ name: `${i}.txt`, content: kilobyte(`file ${i} `) }]),
  );
  const answers = await Promise.all(uploads);
  const taken = answers.filter(({ statusCode }) => statusCode === 202);
  const refused = answers.filter(({ statusCode }) => statusCode === 413);
  assert.deepEqual([taken.length, refused.length], [10, 90]);
  for (const answer of refused) {
    assert.equal(answer.json().code, 'quota_exceeded');
    assert.equal(answer.json().title, 'More than the quota allows');
    assert.match(
      answer.json().detail,
      /^All your files together may take 10 kB; 0 bytes of it is left, and this is 1 kB\./,
    );
  }
  const { count } = await api.store.postgres
    .selectFrom('materials')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  assert.equal(count, 10);
  assert.equal((await listFolder(api)).length, 10);
  assert.deepEqual(await usedBy(api), [10_000, 10_000]);
});

test('several files are taken or refused together, and what the course has costs nothing', async () => {
  const api = await freshCourse({ LECTERN_USER_QUOTA: '3KB' });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => ({ name, content: kilobyte(name) }));
  assert.ok(a && b && c && d);
  assert.equal((await api.upload([a, b])).statusCode, 202);
  assert.equal((await api.upload([c, d])).statusCode, 413);
  assert.equal((await api.upload([c, a])).statusCode, 202);
  assert.equal((await api.upload([a, b, c])).statusCode, 200);
  assert.deepEqual(await usedBy(api), [3_000, 3_000]);
});

test('a course has a limit of its own, whoever adds to it', async () => {
  const api = await freshCourse({ LECTERN_COURSE_QUOTA: '2KB', LECTERN_USER_QUOTA: 'off' });
  const other = await api.logIn();
  await api.store.postgres
    .insertInto('course_members')
    .values({ course_id: api.courseId, user_id: other.userId, role: 'editor' })
    .execute();
  const uploadAs = (person: typeof other, name: string) => {
    const form = formOf([{ name: `${name}.txt`, content: kilobyte(name) }]);
    return person.call('POST', `/v1/courses/${api.courseId}/materials`, form);
  };
  assert.equal((await uploadAs(api.me, 'a')).statusCode, 202);
  assert.equal((await uploadAs(other, 'b')).statusCode, 202);
  const answer = await uploadAs(other, 'c');
  assert.equal(answer.statusCode, 413);
  assert.match(answer.json().detail, /^The files of this course may take 2 kB/);
  const limit = (await other.call('GET', '/v1/me/storage')).json();
  assert.deepEqual(limit, { usedBytes: 1_000, limitBytes: null });
});

test('an upload in pieces holds room from its begin, once, until it is given up', async () => {
  const api = await freshCourse({ LECTERN_USER_QUOTA: '10KB' });
  const client = speakTusAs(api.me);
  const { courseId } = api;
  const first = await client.begin({ courseId, size: 8_000 });
  assert.equal(first.statusCode, 201);
  const second = await client.begin({ courseId, size: 3_000 });
  assert.deepEqual([second.statusCode, second.json().code], [413, 'quota_exceeded']);
  assert.equal(
    (await api.upload([{ name: 'b', content: kilobyte('b').repeat(3) }])).statusCode,
    413,
  );
  assert.deepEqual(await usedBy(api), [8_000, 8_000]);
  const body = Buffer.alloc(8_000, 'a');
  const done = await client.goOn(String(first.headers.location), 0, body);
  assert.equal(done.statusCode, 204);
  assert.deepEqual(await usedBy(api), [8_000, 8_000]);
  const third = await client.begin({ courseId, size: 2_000 });
  assert.equal(third.statusCode, 201);
  assert.equal((await client.giveUp(String(third.headers.location))).statusCode, 204);
  assert.deepEqual(await usedBy(api), [8_000, 8_000]);
});

test('a whole quota can be filled in pieces, to the last byte', async () => {
  const api = await freshCourse({ LECTERN_USER_QUOTA: '8KB' });
  const client = speakTusAs(api.me);
  const body = Buffer.alloc(8_000, 'a');
  const begun = await client.begin({ courseId: api.courseId, size: 8_000, body });
  assert.equal(begun.statusCode, 201);
  assert.ok(begun.headers['lectern-material-id']);
  assert.deepEqual(await usedBy(api), [8_000, 8_000]);
});

test('what goes with its course gives its room back to all who added to it', async () => {
  const api = await freshCourse();
  await api.upload([{ name: 'a', content: kilobyte('a') }]);
  await speakTusAs(api.me).begin({ courseId: api.courseId, size: 5_000 });
  assert.deepEqual(await usedBy(api), [6_000, 6_000]);
  const { postgres } = api.store;
  await postgres.deleteFrom('courses').where('id', '=', api.courseId).execute();
  assert.equal((await api.me.call('GET', '/v1/me/storage')).json().usedBytes, 0);
  await deleteIdleStorageUse(postgres);
  assert.deepEqual(await postgres.selectFrom('storage_use').select('id').execute(), []);
});
