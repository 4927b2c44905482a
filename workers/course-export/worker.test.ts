import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import {
  deleteCourseExport,
  findCourseExportById,
  insertCourseExport,
} from '@lectern/db/postgres/course-exports';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { addUpload } from '../testing/add-account.ts';
import { addGraph, exportCourse } from '../testing/course-files.ts';
import { runTwice } from '../testing/run-twice.ts';
import { exportCourseWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const graph = { nodes: [makeNode('a')], edges: [] };

async function listFiles(userId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.objects.list(`course-exports/${userId}/`)) keys.push(key);
  return keys;
}

/** Asked for, as by a route, and not yet written. */
async function askFor({ courseId, userId }: { courseId: string; userId: string }) {
  const id = newId();
  const asked = { id, courseId, userId, format: 'json', lifeMs: 60_000, requestId: 'r' } as const;
  await store.postgres.transaction().execute((tx) => insertCourseExport(tx, asked));
  return id;
}

const write = (exportId: string, changed: Partial<Store> = {}) =>
  runTwice({ ...store, ...changed }, exportCourseWorker, {
    payload: { exportId },
    meta: { subject: exportId },
  });

test('an export that runs twice is one file, and its row says how long it is', async () => {
  const course = await addGraph(store, graph);
  const { id, run, key, bytes } = await exportCourse(store, course, 'markdown');
  assert.deepEqual([run.state, run.progress], ['done', 1]);
  assert.deepEqual(await listFiles(course.userId), [key]);
  assert.match(
    key ?? '',
    new RegExp(`^course-exports/${course.userId}/${id}\\.[0-9a-f]{16}\\.zip$`),
  );
  const row = await findCourseExportById(store.postgres, id);
  assert.equal(row?.size_bytes, bytes.length);
});

test('an export that was removed before it began ends with words and writes nothing', async () => {
  const course = await addGraph(store, graph);
  const id = await askFor(course);
  await deleteCourseExport(store.postgres, id);
  const run = await write(id);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'export_gone']);
  assert.match(run.error?.message ?? '', /removed before it was written/);
  assert.deepEqual(await listFiles(course.userId), []);
});

test('an export that is removed while it is written leaves no file', async () => {
  const course = await addGraph(store, graph);
  const id = await askFor(course);
  const objects: Store['objects'] = {
    ...store.objects,
    write: async (...given) => {
      const written = await store.objects.write(...given);
      await deleteCourseExport(store.postgres, id);
      return written;
    },
  };
  const run = await write(id, { objects });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'export_gone']);
  assert.deepEqual(await listFiles(course.userId), []);
});

test('an export that breaks off leaves nothing, and the next try writes it whole', async () => {
  const course = await addGraph(store, graph);
  const owner = { courseId: course.courseId, ownerId: course.userId };
  const uploads = [await addUpload(store, owner), await addUpload(store, owner)];
  const id = await askFor(course);
  let reads = 0;
  const objects: Store['objects'] = {
    ...store.objects,
    read: async (...given) => {
      if (++reads === 2) throw new Error('the disk is away');
      if (reads === 3) assert.deepEqual(await listFiles(course.userId), []);
      return await store.objects.read(...given);
    },
  };
  const run = await write(id, { objects });
  assert.deepEqual([run.state, run.attempts], ['done', 1]);
  const key = (await findCourseExportById(store.postgres, id))?.object_key ?? '';
  assert.deepEqual(await listFiles(course.userId), [key]);
  const written: { materials: { sha256: string }[] } = JSON.parse(
    (await buffer(await store.objects.read(key))).toString(),
  );
  assert.deepEqual(
    written.materials.map(({ sha256 }) => sha256),
    uploads.map(({ sha256 }) => sha256),
  );
});
