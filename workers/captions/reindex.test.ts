import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Cue } from '@lectern/db/captions/cue';
import type { Store } from '@lectern/db/open';
import { writeTrack } from '@lectern/db/postgres/captions';
import { editCaptions } from '@lectern/db/postgres/edited-captions';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { indexingWorker } from '../indexing/worker.ts';
import { listChunks } from '../testing/add-indexed.ts';
import { addMaterial } from '../testing/add-material.ts';
import { runStage } from '../testing/run-stage.ts';
import { runTwice } from '../testing/run-twice.ts';
import { captionsWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** Twenty minutes of speech. */
const said: readonly Cue[] = Array.from({ length: 300 }, (_, i) => ({
  startMs: i * 4_000,
  endMs: i * 4_000 + 3_800,
  text: `Sentence ${i} is about the sea.`,
}));

async function addSpoken() {
  const bytes = Buffer.from('sound');
  const { id, courseId } = await addMaterial(store, {
    bytes,
    mediaType: 'audio/wav',
    kind: 'audio',
  });
  const track = { language: 'en', source: 'speech', engine: null, is_draft: false } as const;
  await store.postgres
    .transaction()
    .execute((tx) => writeTrack(tx, id, { ...track, position: 0, cues: said }));
  const work = async () => {
    for (const worker of [captionsWorker, indexingWorker]) await runStage(store, worker, id);
    return await listChunks(store, courseId);
  };
  return { id, work };
}

test('of captions that are corrected only what has changed is indexed anew', async () => {
  const { id, work } = await addSpoken();
  const first = await work();
  assert.ok(first.length > 20, `${first.length} chunks`);
  assert.deepEqual(await work(), first, 'the same again changes nothing');
  const cues = said.map((cue, i) => (i === 150 ? { ...cue, text: 'Photosynthesis is not.' } : cue));
  const author = { userId: null, requestId: null, address: null };
  const edit = { materialId: id, language: 'en', cues, isSeen: () => true };
  await store.postgres.transaction().execute((tx) => editCaptions(tx, edit, author));
  const second = await work();
  const known = new Set(first.map((chunk) => chunk.id));
  const fresh = second.filter((chunk) => !known.has(chunk.id));
  assert.ok(fresh.length >= 1 && fresh.length <= 2, `${fresh.length} are new`);
  assert.ok(fresh.every(({ text }) => text.includes('Photosynthesis')));
  assert.equal(second.length, first.length);
});

test('who is slow writes nothing over what was begun later', async () => {
  const { id, work } = await addSpoken();
  const later = {
    id: 'ffffffff-ffff-7fff-8fff-ffffffffffff',
    job: captionsWorker.job.name,
    subject: id,
    owner: null,
    payload: JSON.stringify({ materialId: id }),
    line: newId(),
    request_id: null,
    error: null,
    state: 'done',
  } as const;
  await store.postgres.insertInto('runs').values(later).execute();
  assert.deepEqual(await work(), []);
  await store.postgres.deleteFrom('runs').where('id', '=', later.id).execute();
  assert.ok((await work()).length > 0);
});

test('a recording without captions has no text, and a material that is gone is cancelled', async () => {
  const { id } = await addMaterial(store, {
    bytes: Buffer.from('music'),
    mediaType: 'audio/wav',
    kind: 'audio',
  });
  assert.equal((await runStage(store, captionsWorker, id)).state, 'done');
  const pages = await store.postgres
    .selectFrom('pages')
    .select('number')
    .where('material_id', '=', id)
    .execute();
  assert.deepEqual(pages, []);
  const run = await runTwice(store, captionsWorker, { payload: { materialId: newId() } });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'material_gone']);
});
