import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { findCaptions, listCues, writeTrack } from '@lectern/db/postgres/captions';
import { copiedMaterialId } from '@lectern/db/postgres/copied-files';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addCourse, addPerson, addUpload } from '../testing/add-account.ts';
import { runTwice } from '../testing/run-twice.ts';
import { copyCourseFilesWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** A course with files, and its copy before it has any. */
async function startCopy(from = store) {
  const [ann, bob] = [await addPerson(store, 'Ann'), await addPerson(store, 'Bob')];
  const fromCourseId = await addCourse(store, [{ ...ann, role: 'owner' }]);
  const courseId = await addCourse(store, [{ ...bob, role: 'owner' }]);
  const uploads = [];
  for (const fileName of ['ebb.txt', 'flow.txt']) {
    uploads.push(await addUpload(store, { courseId: fromCourseId, ownerId: ann.id, fileName }));
  }
  const copy = () =>
    runTwice(from, copyCourseFilesWorker, {
      payload: { courseId, fromCourseId },
      meta: { subject: courseId, owner: bob.id },
    });
  const listFiles = () =>
    store.postgres
      .selectFrom('materials')
      .select(['id', 'owner_id', 'file_name', 'kind', 'size_bytes', 'sha256', 'object_key'])
      .where('course_id', '=', courseId)
      .orderBy('file_name')
      .execute();
  return { bob, courseId, fromCourseId, uploads, copy, listFiles };
}

async function countRuns(materialIds: readonly string[]): Promise<number> {
  const rows = await store.postgres
    .selectFrom('runs')
    .select('id')
    .where('subject', 'in', materialIds)
    .execute();
  return rows.length;
}

async function listObjects(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.objects.list(prefix)) found.push(key);
  return found;
}

test('every file is copied once, under its new name, and is read like an upload', async () => {
  const { bob, courseId, uploads, copy, listFiles } = await startCopy();
  assert.equal((await copy()).state, 'done');
  const files = await listFiles();
  const expected = uploads.map(({ id: from, bytes, sha256 }, i) => {
    const id = copiedMaterialId(courseId, from);
    return {
      id,
      owner_id: bob.id,
      file_name: ['ebb.txt', 'flow.txt'][i],
      kind: 'text',
      size_bytes: bytes.length,
      sha256,
      object_key: `materials/${courseId}/${id}/original.txt`,
    };
  });
  assert.deepEqual(files, expected);
  for (const [i, { object_key }] of files.entries()) {
    assert.deepEqual(await buffer(await store.objects.read(object_key)), uploads[i]?.bytes);
  }
  assert.equal(await countRuns(files.map(({ id }) => id)), 2);
});

test('a file that is lost keeps no other from being copied', async () => {
  const { uploads, copy, listFiles } = await startCopy();
  await store.objects.remove(uploads[0]?.key ?? '');
  assert.equal((await copy()).state, 'done');
  assert.deepEqual(
    (await listFiles()).map(({ file_name }) => file_name),
    ['flow.txt'],
  );
});

test('what somebody brought to the copy meanwhile stays as they named it', async () => {
  const { bob, courseId, uploads, copy, listFiles } = await startCopy();
  const bytes = uploads[0]?.bytes ?? Buffer.alloc(0);
  const own = await addUpload(store, { courseId, ownerId: bob.id, fileName: 'mine.txt', bytes });
  assert.equal((await copy()).state, 'done');
  const files = await listFiles();
  assert.deepEqual(
    files.map(({ file_name }) => file_name),
    ['flow.txt', 'mine.txt'],
  );
  assert.equal(files[1]?.id, own.id);
});

test('nothing is written for a copy that is gone', async () => {
  const { courseId, fromCourseId, copy, uploads } = await startCopy();
  await store.postgres.deleteFrom('courses').where('id', '=', courseId).execute();
  assert.equal((await copy()).state, 'done');
  assert.deepEqual(await listObjects(`materials/${courseId}/`), []);
  assert.equal((await listObjects(`materials/${fromCourseId}/`)).length, 2 * uploads.length);
});

test('a copy takes no more than its owner may have, and says so', async () => {
  const poor = { ...store, config: { ...store.config, userQuotaBytes: 1 } };
  const { courseId, copy, listFiles } = await startCopy(poor);
  const run = await copy();
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'quota_exceeded']);
  assert.deepEqual(await listFiles(), []);
  assert.deepEqual(await listObjects(`materials/${courseId}/`), []);
});

test('what authors have made of captions comes along; what a program heard is heard again', async () => {
  const { courseId, uploads, copy } = await startCopy();
  const [edited, heard] = uploads;
  assert.ok(edited && heard);
  const cues = [{ startMs: 0, endMs: 1_000, text: 'As it was said.' }];
  const track = { language: 'en', position: 0, engine: null, is_draft: false, cues };
  await store.postgres.transaction().execute(async (tx) => {
    await writeTrack(tx, edited.id, { ...track, source: 'edited' });
    await writeTrack(tx, heard.id, { ...track, source: 'speech' });
  });
  await copy();
  const copied = copiedMaterialId(courseId, edited.id);
  assert.equal((await findCaptions(store.postgres, copied))?.source, 'edited');
  assert.deepEqual(await listCues(store.postgres, copied, 'en'), cues);
  const other = copiedMaterialId(courseId, heard.id);
  assert.equal(await findCaptions(store.postgres, other), undefined);
});
