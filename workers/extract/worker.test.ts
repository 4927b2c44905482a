import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { indexMaterial } from '@lectern/db/jobs/indexing';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { listPages } from '@lectern/db/postgres/pages';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { runTwice } from '../testing/run-twice.ts';
import { extractWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('reading the same file twice stores its pages once, with their headings', async () => {
  const bytes = Buffer.from(
    'Before.\n\n# Tides\n\nThe moon pulls.\n\n## Spring tides\n\nTwice a month.\n',
  );
  const { id, key } = await addMaterial(store, { bytes, mediaType: 'text/markdown' });
  const run = await runTwice(store, extractWorker, {
    payload: { materialId: id },
    meta: { subject: id },
  });
  assert.equal(run.state, 'done');
  const pages = await listPages(store.postgres, id);
  assert.deepEqual(
    pages.map(({ number, place }) => [number, place]),
    [
      [1, {}],
      [2, { heading: 'Tides' }],
      [3, { heading: 'Tides › Spring tides' }],
    ],
  );
  assert.match(pages[1]?.text ?? '', /^# Tides\n\nThe moon pulls\.$/);
  const processed = key.replace('original.txt', 'processed.txt');
  assert.equal(await text(await store.objects.read(processed)), bytes.toString());
});

test('what Markdown says of itself before its text is its title and author', async () => {
  const cases = [
    ['---\ntitle: "Tides: a guide"\nauthor: A. Nonymous\n---\n', 'Tides: a guide', 'A. Nonymous'],
    ['---\ntitle: Tides\nauthors:\n  - A. One\n  - B. Two\n---\n', 'Tides', 'A. One, B. Two'],
    ['---\nTitle: Tides # a guide\n---\n', 'Tides', null],
    ['title: Tides\n', null, null],
  ] as const;
  for (const [matter, title, author] of cases) {
    const bytes = Buffer.from(`${matter}# One\n\nText.\n`);
    const { id } = await addMaterial(store, { bytes, mediaType: 'text/markdown' });
    await runTwice(store, extractWorker, { payload: { materialId: id }, meta: { subject: id } });
    const material = await store.postgres
      .selectFrom('materials')
      .select(['title', 'author'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual(material, { title, author }, matter);
    assert.equal((await listPages(store.postgres, id)).at(-1)?.place.heading, 'One');
  }
});

test('the end of reading enqueues indexing for the same owner and request', async () => {
  const { id } = await addMaterial(store, { bytes: Buffer.from('Some text.') });
  const owner = newId();
  const meta = { subject: id, owner, requestId: 'request-7' };
  await runTwice(store, extractWorker, { payload: { materialId: id }, meta });
  const next = await store.postgres
    .selectFrom('runs')
    .select(['job', 'owner', 'request_id', 'payload'])
    .where('subject', '=', id)
    .where('job', '=', indexMaterial.name)
    .execute();
  assert.deepEqual(next[0], {
    job: indexMaterial.name,
    owner,
    request_id: 'request-7',
    payload: { materialId: id },
  });
  const lines = await store.postgres
    .selectFrom('outbox')
    .select('job')
    .where('owner', '=', owner)
    .where('job', '=', indexMaterial.name)
    .execute();
  assert.equal(lines.length, next.length, 'each run has its line');
});

test('bytes that are no text are shown as such, and more than a few are told of', async () => {
  for (const [bad, code] of [
    [1, undefined],
    [20, 'characters_damaged'],
  ] as const) {
    const bytes = Buffer.concat([
      Buffer.from('Прилив и отлив: '),
      Buffer.from('\xff '.repeat(bad), 'latin1'),
      Buffer.from('Луна притягивает воду.'),
    ]);
    const { id } = await addMaterial(store, { bytes });
    const run = await runTwice(store, extractWorker, {
      payload: { materialId: id },
      meta: { subject: id },
    });
    assert.deepEqual([run.state, run.error?.code], ['done', code]);
    const [page] = await listPages(store.postgres, id);
    assert.match(page?.text ?? '', /^Прилив и отлив: (� )+Луна притягивает воду\.$/);
  }
});

test('a material that was deleted meanwhile is cancelled, not tried again', async () => {
  const materialId = newId();
  const run = await runTwice(store, extractWorker, { payload: { materialId } });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'material_gone']);
});

test('a file that is gone from the store ends the work at once', async () => {
  const { id, key } = await addMaterial(store, { bytes: Buffer.from('text') });
  await store.objects.remove(key);
  await runTwice(store, extractWorker, { payload: { materialId: id }, meta: { subject: id } });
  const [run] = await listRunsOfSubject(store.postgres, id);
  assert.deepEqual([run?.state, run?.attempts, run?.error?.code], ['cancelled', 0, 'file_lost']);
  assert.deepEqual(await listPages(store.postgres, id), []);
});
