import assert from 'node:assert/strict';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { ocrMaterial } from '@lectern/db/jobs/ocr';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listPages } from '@lectern/db/postgres/pages';
import { findRun } from '@lectern/db/postgres/runs';
import { listOpenScans, replaceScans } from '@lectern/db/postgres/scans';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addMaterial } from '../testing/add-material.ts';
import { drawPage } from '../testing/draw-page.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { startFleet } from '../testing/start-fleet.ts';

type Size = { readonly pages: number; readonly kills: number };

/** The only worker is killed again and again while it reads a book that was scanned: it goes on at the page. */
export async function killReaders({ pages, kills }: Size): Promise<void> {
  const env = { ...(await freshEnv()), FLEET_REGISTRY: import.meta.resolve('../registry.ts') };
  const store = open(readConfig(env, null), 'test');
  const relay = startRelay(store);
  const fleet = await startFleet(env, 1);
  try {
    const { id, runId } = await addBook(store, pages);
    store.queues.wakeRelay();
    const doneAt = new Map<number, Date>();
    for (let kill = 1; kill <= kills; kill++) {
      const enough = Math.ceil((pages * kill) / (kills + 1));
      await until(
        `${enough} pages are read`,
        async () => (await listDone(store, id)).size >= enough,
      );
      fleet.killOne();
      for (const [number, at] of await listDone(store, id)) {
        assert.deepEqual(doneAt.get(number) ?? at, at, `page ${number} was read twice`);
        doneAt.set(number, at);
      }
    }
    await until('the book is read', async () => {
      return (await findRun(store.postgres, runId))?.state === 'done';
    });
    assert.ok(doneAt.size > 0 && doneAt.size < pages);
    const all = await listDone(store, id);
    for (const [number, at] of doneAt) assert.deepEqual(all.get(number), at);
    assert.deepEqual(await listOpenScans(store.postgres, id), []);
    const texts = Map.groupBy(await listPages(store.postgres, id), ({ place }) => place.page);
    for (let page = 1; page <= pages; page++) {
      const found = texts
        .get(page)
        ?.map(({ text }) => text)
        .join(' ');
      assert.equal(found?.replace(/\s+/g, ' ').trim(), wordsOn(page), `page ${page}`);
    }
  } finally {
    await fleet.close();
    await relay.close();
    await store.close();
  }
}

const numbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Digits in words, since a single one is easily misread. */
function wordsOn(page: number): string {
  const digits = Array.from(String(page), (digit) => numbers[Number(digit)]).join(' ');
  return `The tide tables of page ${digits} were kept by hand in the harbour office.`;
}

async function addBook(store: Store, count: number): Promise<{ id: string; runId: string }> {
  const pages = Array.from({ length: count }, (_, i) => {
    const picture = drawPage(wordsOn(i + 1), { width: 900, height: 500, fontPx: 36 });
    return { width: 540, height: 300, picture };
  });
  const bytes = makePdf({ pages });
  const { id } = await addMaterial(store, {
    bytes,
    mediaType: 'application/pdf',
    kind: 'document',
  });
  const scans = pages.map((_, i) => ({
    number: (i + 1) * 1_000 + 500,
    place: { page: i + 1 },
    why: 'no_text' as const,
    object_key: null,
  }));
  const runId = await store.postgres.transaction().execute(async (tx) => {
    await replaceScans(tx, id, scans);
    return enqueue(tx, ocrMaterial, { materialId: id }, { subject: id });
  });
  return { id, runId };
}

async function listDone(store: Store, materialId: string): Promise<Map<number, Date>> {
  const rows = await store.postgres
    .selectFrom('scans')
    .select(['number', 'done_at'])
    .where('material_id', '=', materialId)
    .where('done_at', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ number, done_at: at }) => (at === null ? [] : [[number, at]])));
}
