import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listPages } from '@lectern/db/postgres/pages';
import { claimRuns, findRun } from '@lectern/db/postgres/runs';
import { listOpenScans, replaceScans } from '@lectern/db/postgres/scans';
import { openLedger } from '@lectern/db/queue/open-ledger';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { executeRun } from '../runtime/execute-run.ts';
import { startHeart } from '../runtime/heart.ts';
import { addMaterial } from '../testing/add-material.ts';
import { drawPage } from '../testing/draw-page.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { ocrWorker } from './worker.ts';

const count = 12;

let store: Store;
before(async () => {
  store = await freshStore();
});

async function addBook(): Promise<string> {
  const pages = Array.from({ length: count }, (_, i) => {
    const text = `This is page ${i + 1} of a book.\n`.repeat(4).trim();
    const picture = drawPage(text, { width: 900, height: 600, fontPx: 36 });
    return { width: 540, height: 360, picture };
  });
  const mediaType = 'application/pdf';
  const { id } = await addMaterial(store, {
    bytes: makePdf({ pages }),
    mediaType,
    kind: 'document',
  });
  const scans = pages.map((_, i) => ({
    number: (i + 1) * 1_000 + 500,
    place: { page: i + 1 },
    why: 'no_text' as const,
    object_key: null,
  }));
  await store.postgres.transaction().execute((tx) => replaceScans(tx, id, scans));
  return id;
}

/** Claims the run and works on it until it ends or is stopped. */
async function work(runId: string, stopping: AbortSignal): Promise<void> {
  const { line } = await store.postgres
    .selectFrom('runs')
    .select('line')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  const deadlineMs = ocrWorker.job.deadlineMs;
  const [run] = await claimRuns(store.postgres, [{ runId, line, deadlineMs }]);
  assert.ok(run);
  const heart = startHeart(store.postgres, store.log, 5_000);
  const ledger = openLedger(store.postgres);
  await executeRun({ store, heart, heartbeatMs: 5_000, ledger, stopping }, ocrWorker, run);
  heart.close();
}

const listDone = (id: string) =>
  store.postgres
    .selectFrom('scans')
    .select(['number', 'done_at'])
    .where('material_id', '=', id)
    .where('done_at', 'is not', null)
    .orderBy('number')
    .execute();

test('a book whose reading is broken off goes on where it was, and reads no page again', async () => {
  const id = await addBook();
  const runId = await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, ocrWorker.job, { materialId: id }, { subject: id }));
  const stop = new AbortController();
  const first = work(runId, stop.signal);
  await until('some pages are read', async () => (await listDone(id)).length >= 2);
  stop.abort();
  await first;
  const early = await listDone(id);
  assert.ok(early.length < count, `${early.length} pages were read by then`);
  await store.postgres
    .updateTable('runs')
    .set({ run_at: new Date() })
    .where('id', '=', runId)
    .execute();
  await work(runId, new AbortController().signal);
  assert.equal((await findRun(store.postgres, runId))?.state, 'done');
  assert.deepEqual(await listOpenScans(store.postgres, id), []);
  const after = new Map((await listDone(id)).map((scan) => [scan.number, scan.done_at]));
  for (const { number, done_at: doneAt } of early) assert.deepEqual(after.get(number), doneAt);
  const pages = await listPages(store.postgres, id);
  for (let page = 1; page <= count; page++) {
    const text = pages.filter(({ place }) => place.page === page).map((piece) => piece.text);
    assert.match(text.join('\n'), new RegExp(`This is page ${page} of a book\\.`));
  }
});
