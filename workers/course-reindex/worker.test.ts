import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { thumbnailMaterial } from '@lectern/db/jobs/thumbnail';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { replaceNodeChunks } from '@lectern/db/postgres/chunks';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addCourse, addPerson } from '../testing/add-account.ts';
import { addIndexed, listChunks } from '../testing/add-indexed.ts';
import { editCourse, nodeOf } from '../testing/edit-course.ts';
import { runTwice } from '../testing/run-twice.ts';
import { reindexCourseWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const reindex = (courseId: string) =>
  runTwice(store, reindexCourseWorker, { payload: { courseId }, meta: { subject: courseId } });

async function startCourse() {
  const owner = await addPerson(store);
  const courseId = await addCourse(store, [{ ...owner, role: 'owner' }]);
  const add = (text: string) =>
    addIndexed(store, { courseId, ownerId: owner.id, text, indexedAs: 'as it was cut before' });
  return { courseId, ownerId: owner.id, add };
}

const textsOf = async (courseId: string) =>
  (await listChunks(store, courseId)).map(({ material_id: id, text }) => [id, text]);

test('each material is found by what was read of it, and those of other courses are left alone', async () => {
  const { courseId, add } = await startCourse();
  const other = await startCourse();
  const [moon, sun] = [await add('The moon pulls the sea.'), await add('Солнце светит всем.')];
  const foreign = await other.add('Not asked for.');
  const run = await reindex(courseId);
  assert.deepEqual([run.state, run.progress], ['done', 1]);
  assert.deepEqual(await textsOf(courseId), [
    [moon, 'The moon pulls the sea.'],
    [sun, 'Солнце светит всем.'],
  ]);
  assert.deepEqual(await textsOf(other.courseId), [[foreign, 'as it was cut before']]);
  const rows = await store.postgres
    .selectFrom('materials')
    .select('language')
    .where('course_id', '=', courseId)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    rows.map(({ language }) => language),
    ['en', 'ru'],
  );
});

test('a material that is being read is left to its own stages, one that is being drawn is not', async () => {
  const { courseId, add } = await startCourse();
  const [read, drawn, lost] = [await add('Being read.'), await add('Being drawn.'), await add('')];
  await store.postgres.deleteFrom('pages').where('material_id', '=', lost).execute();
  await store.postgres.transaction().execute(async (tx) => {
    await enqueue(tx, extractMaterial, { materialId: read }, { subject: read });
    await enqueue(tx, thumbnailMaterial, { materialId: drawn }, { subject: drawn });
  });
  await reindex(courseId);
  assert.deepEqual(await textsOf(courseId), [
    [read, 'as it was cut before'],
    [drawn, 'Being drawn.'],
    [lost, 'as it was cut before'],
  ]);
});

test('nodes are found by what the document says', async () => {
  const { courseId, edit, nodes, settle } = await editCourse(store);
  await edit(() => nodes.set('a', nodeOf('lesson', 'Ebb', { words: 'The sea withdraws.' })));
  await settle();
  const wrong = { text: 'something else', place: {}, language: 'english' } as const;
  await store.postgres
    .transaction()
    .execute((tx) => replaceNodeChunks(tx, courseId, [{ nodeId: 'a', chunks: [wrong] }]));
  assert.equal((await reindex(courseId)).state, 'done');
  const [chunk, ...rest] = await listChunks(store, courseId);
  assert.deepEqual([chunk?.node_id, rest], ['a', []]);
  assert.match(chunk?.text ?? '', /The sea withdraws/);
});

test('whoever watches the course hears how far it is', async () => {
  const { courseId, add } = await startCourse();
  await add('One.');
  await add('Two.');
  const heard: { stage?: string; state?: string; progress?: number }[] = [];
  const end = await store.bus.subscribe(`subject:${courseId}`, (message) => {
    heard.push(JSON.parse(message));
  });
  await reindex(courseId);
  const told = await until('the end is told', async () => {
    const ours = heard.filter(({ stage }) => stage === 'reindex');
    return ours.some(({ state }) => state === 'done') && ours;
  });
  await end();
  const progress = told.filter(({ state }) => state === 'running').map((news) => news.progress);
  assert.ok(progress.includes(1 / 3), JSON.stringify(told));
  assert.equal(told.find(({ state }) => state === 'done')?.progress, 1);
});
