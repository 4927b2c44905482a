import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { courseExportKeyOf } from '@lectern/db/postgres/course-exports';
import { courseImportKeyOf, insertCourseImport } from '@lectern/db/postgres/course-imports';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { addPerson } from '../testing/add-account.ts';
import { addGraph, exportCourse, importFile } from '../testing/course-files.ts';
import { runTwice } from '../testing/run-twice.ts';
import { tidyWorker } from './worker.ts';

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);
let store: Store;
before(async () => {
  store = await freshStore();
});

const tidy = () => runTwice(store, tidyWorker, { payload: {} });
const graph = { nodes: [makeNode('a')], edges: [] };

async function age(...keys: readonly string[]): Promise<void> {
  const at = daysAgo(2);
  for (const key of keys) await utimes(join(store.config.dataDir, 'objects', key), at, at);
}

async function listLeft(...keys: readonly string[]): Promise<boolean[]> {
  const stats = await Promise.all(keys.map((key) => store.objects.stat(key)));
  return stats.map((stat) => stat !== undefined);
}

async function listRows(table: 'course_exports' | 'course_imports', userId: string) {
  const rows = await store.postgres
    .selectFrom(table)
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

test('exports of courses that ran out go with their files, others stay however old', async () => {
  const course = await addGraph(store, graph);
  const lasting = await exportCourse(store, course, 'json');
  const lapsed = await exportCourse(store, course, 'html');
  await store.postgres
    .updateTable('course_exports')
    .set({ expires_at: daysAgo(1) })
    .where('id', '=', lapsed.id)
    .execute();
  const keys = [lasting.key ?? '', lapsed.key ?? ''];
  // The other is young: it goes with its row, and not as a stray.
  await age(keys[0] ?? '');
  await tidy();
  assert.deepEqual(await listRows('course_exports', course.userId), [lasting.id]);
  assert.deepEqual(await listLeft(...keys), [true, false]);
});

test('files of exports without a row go once they are old', async () => {
  const { id: userId } = await addPerson(store);
  const keys = ['old', 'young'].map((state) =>
    courseExportKeyOf({ id: newId(), user_id: userId, format: 'json' }, state),
  );
  for (const key of keys) await store.objects.write(key, Readable.from([Buffer.from('{}')]));
  await age(keys[0] ?? '');
  await tidy();
  assert.deepEqual(await listLeft(...keys), [false, true]);
});

test('exports of a course that is gone go with it', async () => {
  const course = await addGraph(store, graph);
  const { key = '' } = await exportCourse(store, course, 'json');
  await store.postgres
    .updateTable('courses')
    .set({ deleted_at: daysAgo(31) })
    .where('id', '=', course.courseId)
    .execute();
  await age(key);
  await tidy();
  assert.deepEqual(await listRows('course_exports', course.userId), []);
  assert.deepEqual(await listLeft(key), [false]);
});

test('a file that was brought stays until its courses are made, and is not kept after that', async () => {
  const outline = { fileName: 'a.md', content: '# Tides\n### Ebb\n' };
  const { id: userId } = await addPerson(store);
  const done = await importFile(store, outline, userId);
  const refused = await importFile(store, { ...outline, content: '' }, userId);
  // What the test ran stands for the run that a route would have added.
  await store.postgres
    .deleteFrom('runs')
    .where('subject', '=', refused.id)
    .where('state', '=', 'queued')
    .execute();
  const waiting = newId();
  const asked = { id: waiting, userId, fileName: 'a.md', sizeBytes: 1 };
  const author = { userId, requestId: null, address: null };
  await store.postgres.transaction().execute((tx) => insertCourseImport(tx, asked, author));
  const ids = [done.id, refused.id, waiting];
  const keys = ids.map((id) => courseImportKeyOf({ id, userId }));
  await store.objects.write(keys[2] ?? '', Readable.from([Buffer.from('#')]));
  await tidy();
  assert.deepEqual(await listLeft(...keys), [true, true, true]);
  await age(...keys);
  await tidy();
  assert.deepEqual(await listLeft(...keys), [false, false, true]);
  assert.deepEqual(await listRows('course_imports', userId), ids);
  const made = await store.postgres
    .selectFrom('courses')
    .select('title')
    .where('owner_id', '=', userId)
    .execute();
  assert.deepEqual(made, [{ title: 'Tides' }]);
});

test('what was told of an import goes after a month, and the course stays', async () => {
  const outline = { fileName: 'a.md', content: '# Tides\n' };
  const [old, young] = [await importFile(store, outline), await importFile(store, outline)];
  await store.postgres
    .updateTable('course_imports')
    .set({ created_at: daysAgo(31) })
    .where('id', '=', old.id)
    .execute();
  await tidy();
  assert.deepEqual(await listRows('course_imports', old.userId), []);
  assert.deepEqual(await listRows('course_imports', young.userId), [young.id]);
  const [made = ''] = old.report?.courses ?? [];
  const course = await store.postgres
    .selectFrom('courses')
    .select('title')
    .where('id', '=', made)
    .executeTakeFirst();
  assert.equal(course?.title, 'Tides');
});
