import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { extractWorker } from '../extract/worker.ts';
import { indexingWorker } from '../indexing/worker.ts';
import { addMaterial } from '../testing/add-material.ts';
import { runTwice } from '../testing/run-twice.ts';
import { analyseWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function analyse(words: string) {
  const { id } = await addMaterial(store, { bytes: Buffer.from(words) });
  const work = { payload: { materialId: id }, meta: { subject: id } };
  await runTwice(store, extractWorker, work);
  await runTwice(store, indexingWorker, work);
  const run = await runTwice(store, analyseWorker, work);
  assert.equal(run.state, 'done');
  const { analysis } = await store.postgres
    .selectFrom('materials')
    .select('analysis')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return analysis;
}

const english = `The spring tide is the highest tide of the month. It comes when the moon and the sun pull the
sea in one line. After the spring tide the water falls again, and in a week there is a neap tide.`;

test('a text is described in its language', async () => {
  const analysis = await analyse(english);
  const { keywords = [], reading, ...rest } = analysis ?? {};
  assert.deepEqual(rest, {
    words: 41,
    readingMinutes: 1,
    sentiment: { score: 0, label: 'neutral' },
  });
  assert.equal(keywords[0], 'spring tide');
  assert.ok(reading && reading.ease > 70, JSON.stringify(reading));
});

test('what is known of a file lies beside it', async () => {
  const { id, key } = await addMaterial(store, { bytes: Buffer.from(english) });
  const work = { payload: { materialId: id }, meta: { subject: id } };
  for (const worker of [extractWorker, indexingWorker, analyseWorker]) {
    await runTwice(store, worker, work);
  }
  const stored = await text(await store.objects.read(key.replace(/[^/]*$/, 'metadata.json')));
  const { analysis, ...facts } = JSON.parse(stored);
  const row = await store.postgres
    .selectFrom('materials')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(analysis, row.analysis);
  assert.deepEqual(
    [facts.id, facts.courseId, facts.fileName, facts.sha256, facts.sizeBytes, facts.language],
    [id, row.course_id, row.file_name, row.sha256, row.size_bytes, 'en'],
  );
});

test('a long text is read page by page, each once', async () => {
  const page = `${english}\n\n`.repeat(150);
  const analysis = await analyse(page.repeat(10));
  assert.equal(analysis?.words, 41 * 1_500);
  assert.equal(analysis.readingMinutes, Math.ceil((41 * 1_500) / 228));
});

test('of a language that is not known only its length is told', async () => {
  const german =
    'Der Mond zieht das Meer an, und zweimal am Tag steigt und fällt das Wasser. '.repeat(5);
  assert.deepEqual(await analyse(german), { words: 75, readingMinutes: 1, keywords: [] });
});

test('an empty text has no words', async () => {
  assert.deepEqual(await analyse(' \n'), { words: 0, readingMinutes: 0, keywords: [] });
});
