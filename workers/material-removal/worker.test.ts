import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import { extractMaterial } from '@lectern/db/jobs/extract';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { removeMaterial } from '@lectern/db/postgres/material-removal';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial, type AddedMaterial } from '../testing/add-material.ts';
import { runTwice } from '../testing/run-twice.ts';
import { removeMaterialWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const author = { userId: null, requestId: null, address: null };

async function add(): Promise<AddedMaterial> {
  const material = await addMaterial(store, { bytes: Buffer.from('words') });
  const folder = material.key.slice(0, material.key.lastIndexOf('/'));
  for (const name of ['thumbnail.jpg', 'pictures/1.png', 'hls/720/1.ts']) {
    await store.objects.write(`${folder}/${name}`, Readable.from([Buffer.from('x')]));
  }
  return material;
}

const removeRow = ({ id }: AddedMaterial) =>
  store.postgres
    .transaction()
    .execute((tx) => removeMaterial(tx, { id, stored: { objects: 0, bytes: 0 } }, author));

const work = ({ id: materialId, courseId }: AddedMaterial) =>
  runTwice(store, removeMaterialWorker, { payload: { courseId, materialId } });

async function countFiles({ courseId }: AddedMaterial): Promise<number> {
  let count = 0;
  for await (const _object of store.objects.list(`materials/${courseId}/`)) count++;
  return count;
}

test('all that was stored of a deleted material goes, and nothing of another', async () => {
  const [gone, other] = [await add(), await add()];
  await removeRow(gone);
  assert.equal(await countFiles(gone), 4);
  assert.equal((await work(gone)).state, 'done');
  assert.deepEqual([await countFiles(gone), await countFiles(other)], [0, 4]);
});

test('a material that has another original keeps all originals and what was made of the last', async () => {
  const { id, courseId, key } = await add();
  const root = `materials/${courseId}/${id}`;
  const [second, third, arriving] = [newId(), newId(), newId()];
  const files = ['thumbnail.jpg', 'original.pdf', 'pictures/1.png'];
  for (const name of files) {
    for (const version of [second, third]) {
      await store.objects.write(`${root}/${version}/${name}`, Readable.from([Buffer.from('x')]));
    }
  }
  await store.objects.write(`${root}/${arriving}/original.bin`, Readable.from([Buffer.from('x')]));
  await store.postgres
    .updateTable('materials')
    .set({ object_key: `${root}/${third}/original.pdf` })
    .where('id', '=', id)
    .execute();
  assert.equal((await work({ id, courseId, key, ownerId: '' })).state, 'done');
  const kept: string[] = [];
  for await (const object of store.objects.list(root)) kept.push(object.key);
  assert.deepEqual(
    kept.toSorted(),
    [
      key,
      `${root}/${second}/original.pdf`,
      ...files.map((name) => `${root}/${third}/${name}`),
      `${root}/${arriving}/original.bin`,
    ].toSorted(),
  );
});

test('a material that has its first original keeps everything', async () => {
  const material = await add();
  assert.equal((await work(material)).state, 'done');
  assert.equal(await countFiles(material), 4);
});

test('it looks again once whoever worked on the material has left', async () => {
  const material = await add();
  const runId = await store.postgres
    .transaction()
    .execute((tx) =>
      enqueue(tx, extractMaterial, { materialId: material.id }, { subject: material.id }),
    );
  const begun = { state: 'running', started_at: new Date() } as const;
  await store.postgres.updateTable('runs').set(begun).where('id', '=', runId).execute();
  await removeRow(material);
  const { state, run_at: again } = await work(material);
  assert.equal(state, 'queued');
  assert.ok(again.getTime() > Date.now());
  assert.equal(await countFiles(material), 0, 'what is there goes at once');

  const late = `materials/${material.courseId}/${material.id}/processed.txt`;
  await store.objects.write(late, Readable.from([Buffer.from('late')]));
  const longAgo = { finished_at: new Date(Date.now() - 60_000) };
  await store.postgres.updateTable('runs').set(longAgo).where('id', '=', runId).execute();
  assert.equal((await work(material)).state, 'done');
  assert.equal(await countFiles(material), 0);
});
