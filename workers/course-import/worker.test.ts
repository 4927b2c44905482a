import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { importFile, importWell, listItems } from '../testing/course-files.ts';
import { addPerson } from '../testing/add-account.ts';
import { runTwice } from '../testing/run-twice.ts';
import { importCourseWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const course = (title: string) => ({
  title,
  nodes: [{ id: 'a', title: 'Ebb' }],
  materials: [{ id: 'm', fileName: `${title}.txt`, content: base64(`Of ${title}.`) }],
});
const kept = (...courses: readonly object[]) => ({
  fileName: 'kept.json',
  content: JSON.stringify(courses),
});

/** What there is of a person's courses, in all tables that an import writes. */
async function listMade(userId: string) {
  const { postgres } = store;
  const courses = await postgres
    .selectFrom('courses')
    .select(['id', 'title'])
    .where('owner_id', '=', userId)
    .orderBy('title')
    .execute();
  const materials = await postgres
    .selectFrom('materials')
    .select('file_name')
    .where('owner_id', '=', userId)
    .orderBy('file_name')
    .execute();
  const work = await postgres
    .selectFrom('runs')
    .select('job')
    .where('owner', '=', userId)
    .where('job', '=', 'material.extract')
    .execute();
  const audited = await postgres
    .selectFrom('audit_log')
    .select('action')
    .where('actor_id', '=', userId)
    .where('action', '=', 'course.create')
    .execute();
  return {
    ids: courses.map(({ id }) => id),
    titles: courses.map(({ title }) => title),
    files: materials.map(({ file_name }) => file_name),
    extracts: work.length,
    audited: audited.length,
  };
}

test('an import that runs twice makes each course, file and piece of work once', async () => {
  const { userId, report, run } = await importFile(store, kept(course('One'), course('Two')));
  assert.equal(run.state, 'done');
  const { ids, ...made } = await listMade(userId);
  const titles = ['One', 'Two'];
  const files = ['One.txt', 'Two.txt'];
  assert.deepEqual(made, { titles, files, extracts: 2, audited: 2 });
  assert.deepEqual(report?.courses.toSorted(), ids.toSorted());
  const members = await store.postgres
    .selectFrom('course_members')
    .select(['course_id', 'user_id', 'role'])
    .where('course_id', 'in', ids)
    .execute();
  assert.deepEqual(
    members.map(({ user_id, role }) => [user_id, role]),
    ids.map(() => [userId, 'owner']),
  );
});

test('an import that breaks off after its first course goes on with the second', async () => {
  let writes = 0;
  const objects: Store['objects'] = {
    ...store.objects,
    write: async (key, ...given) => {
      if (key.startsWith('materials/') && ++writes === 2) throw new Error('the disk is away');
      return await store.objects.write(key, ...given);
    },
  };
  const files = kept(course('One'), course('Two'));
  const { userId, report, run } = await importFile({ ...store, objects }, files);
  assert.deepEqual([run.state, run.attempts], ['done', 1]);
  const { titles, extracts, audited } = await listMade(userId);
  assert.deepEqual([titles, extracts, audited], [['One', 'Two'], 2, 2]);
  assert.deepEqual(report?.counts, { imported: 6, changed: 0, left_out: 0 });
});

test('an import that is removed before or while it is done makes no course', async () => {
  const never = await runTwice(store, importCourseWorker, { payload: { importId: newId() } });
  assert.deepEqual([never.state, never.error?.code], ['cancelled', 'import_gone']);

  const { id: userId } = await addPerson(store);
  const objects: Store['objects'] = {
    ...store.objects,
    write: async (key, ...given) => {
      const written = await store.objects.write(key, ...given);
      if (key.startsWith('materials/')) {
        await store.postgres.deleteFrom('course_imports').where('user_id', '=', userId).execute();
      }
      return written;
    },
  };
  const { run } = await importFile({ ...store, objects }, kept(course('One')), userId);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'import_gone']);
  assert.match(run.error?.message ?? '', /removed before it was done/);
  const nothing = { ids: [], titles: [], files: [], extracts: 0, audited: 0 };
  assert.deepEqual(await listMade(userId), nothing);
});

const large = (nodes: number, note: string) => ({
  title: 'Large',
  nodes: Array.from({ length: nodes }, (_, i) => ({ id: `n${i}`, data: { note } })),
});

test('a course that no document can hold is left out whole and named, others of its file are made', async () => {
  const { userId, report } = await importFile(
    store,
    kept(large(136, 'x'.repeat(250_000)), course('Small')),
  );
  assert.ok(report);
  assert.deepEqual(listItems(report, 'course'), [
    {
      title: 'Large',
      result: 'left_out',
      reason: 'The course is larger than a course can be. Divide it.',
    },
    { title: 'Small', result: 'imported' },
  ]);
  assert.equal(listItems(report, 'node').length, 1);
  const { titles, files } = await listMade(userId);
  assert.deepEqual([titles, files], [['Small'], ['Small.txt']]);
  // Of which only its document shows that it is: a letter takes two bytes.
  const alone = await importFile(store, kept(large(68, 'я'.repeat(250_000))));
  assert.deepEqual([alone.run.state, alone.run.error?.code], ['cancelled', 'course_too_large']);
  assert.deepEqual((await listMade(alone.userId)).titles, []);
});

test('two who bring the same file have courses of their own', async () => {
  const [one, other] = [
    await importWell(store, kept(course('One'))),
    await importWell(store, kept(course('One'))),
  ];
  assert.equal(new Set([...one.courses, ...other.courses]).size, 2);
});
