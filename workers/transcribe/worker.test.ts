import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import type { Store } from '@lectern/db/open';
import { findCaptions, listCues } from '@lectern/db/postgres/captions';
import { newId } from '@lectern/db/postgres/new-id';
import { listPages } from '@lectern/db/postgres/pages';
import { searchText } from '@lectern/db/postgres/search';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { captionsWorker } from '../captions/worker.ts';
import { indexingWorker } from '../indexing/worker.ts';
import { probeWorker } from '../probe/worker.ts';
import { addMaterial } from '../testing/add-material.ts';
import { runStage } from '../testing/run-stage.ts';
import { runTwice } from '../testing/run-twice.ts';
import { durationOf, makeWav, reverse, silence, speak } from '../testing/speak.ts';
import { transcribeWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const first = await speak('The history of science is long.');
const pause = silence(20_000);
const second = await speak('Photosynthesis turns light into sugar.');
const said = makeWav(Buffer.concat([silence(500), first, pause, second, silence(500)]));
const secondAt = 20.5 + durationOf(first) / 1_000;

async function work(materialId: string, meta = { subject: materialId }) {
  for (const worker of [probeWorker, transcribeWorker, captionsWorker, indexingWorker]) {
    const run = await runTwice(store, worker, { payload: { materialId }, meta });
    assert.equal(run.state, 'done', `${worker.name}: ${run.error?.message}`);
  }
}

test('what is said is written down as a draft, and found at its second', async () => {
  const { id, key, courseId, ownerId } = await addMaterial(store, {
    bytes: said,
    mediaType: 'audio/wav',
    kind: 'audio',
  });
  await work(id);
  const captions = await findCaptions(store.postgres, id);
  assert.deepEqual(
    [captions?.language, captions?.source, captions?.engine, captions?.is_draft],
    ['en', 'speech', 'pocketsphinx', true],
  );
  const cues = await listCues(store.postgres, id, 'en');
  assert.ok(cues.length >= 2 && cues.length <= 4, JSON.stringify(cues));
  const pages = await listPages(store.postgres, id);
  assert.match(pages.at(0)?.text ?? '', /history of science/);
  const last = pages.at(-1);
  assert.match(last?.text ?? '', /photosynthesis/);
  assert.ok(Math.abs((last?.place.startTime ?? 0) - secondAt) < 0.6, JSON.stringify(last));
  const viewer = { id: ownerId, role: 'user', email: '', name: '' } as const;
  const [hit] = await searchText(store.postgres, viewer, {
    text: 'photosynthesis',
    courseId,
    limit: 5,
  });
  assert.ok(Math.abs((hit?.place.startTime ?? 0) - secondAt) < 0.6, JSON.stringify(hit));
  assert.ok(hit?.isDraft);
  assert.match(hit.excerpt, /history/, 'it is in the minute that begins with the first sentence');
  const vtt = await text(await store.objects.read(key.replace('original.bin', 'captions.vtt')));
  assert.match(vtt, /^WEBVTT\n\nNOTE A rough draft/);
});

test('what does not sound like English is not written down as if it were', async () => {
  const words =
    'The moon pulls at the sea, and the tide comes twice a day. People saw the planets.';
  const bytes = makeWav(reverse(await speak(words.repeat(2))));
  const { id } = await addMaterial(store, { bytes, mediaType: 'audio/wav', kind: 'audio' });
  await runStage(store, probeWorker, id);
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'speech_not_understood']);
  assert.match(run.error?.message ?? '', /does not sound like English.*SPEECH_URL/);
  assert.equal(await findCaptions(store.postgres, id), undefined);
});

test('nor is a single sentence in another language', async () => {
  const bytes = makeWav(
    reverse(await speak('Twice a day the water comes, and then it goes again.')),
  );
  const { id } = await addMaterial(store, { bytes, mediaType: 'audio/wav', kind: 'audio' });
  await runStage(store, probeWorker, id);
  const run = await runStage(store, transcribeWorker, id);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'speech_not_understood']);
  assert.equal(await findCaptions(store.postgres, id), undefined);
});

test('a material that was deleted meanwhile is cancelled, not tried again', async () => {
  const run = await runTwice(store, transcribeWorker, { payload: { materialId: newId() } });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'material_gone']);
});
