import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { searchText } from '@lectern/db/postgres/search';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { extractWorker } from '../extract/worker.ts';
import { addMaterial, type AddedMaterial } from '../testing/add-material.ts';
import { runTwice } from '../testing/run-twice.ts';
import { indexingWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const work = ({ id }: AddedMaterial) => ({ payload: { materialId: id }, meta: { subject: id } });

async function index(material: AddedMaterial) {
  await runTwice(store, extractWorker, work(material));
  await runTwice(store, indexingWorker, work(material));
  return await store.postgres
    .selectFrom('chunks')
    .selectAll()
    .where('material_id', '=', material.id)
    .orderBy('number')
    .execute();
}

test('indexing the same material twice stores its chunks once, with their places', async () => {
  const bytes = Buffer.from(
    '# Moon\n\nThe moon pulls the sea.\n\n# Солнце\n\nСолнце тоже притягивает море.\n',
  );
  const material = await addMaterial(store, { bytes, mediaType: 'text/markdown' });
  const chunks = await index(material);
  assert.deepEqual(
    chunks.map(({ number, place, language, course_id }) => [number, place, language, course_id]),
    [
      [1, { heading: 'Moon' }, 'english', material.courseId],
      [2, { heading: 'Солнце' }, 'russian', material.courseId],
    ],
  );
});

test('words are found in any of their forms, in the language of their chunk', async () => {
  const bytes = Buffer.from(
    '# A\n\nThe rivers were flooding.\n\n# Б\n\nРеки разливались весной.\n',
  );
  const material = await addMaterial(store, { bytes, mediaType: 'text/markdown' });
  await index(material);
  const viewer = { id: material.ownerId, role: 'user', email: '', name: '' } as const;
  const find = async (text: string) => {
    const hits = await searchText(store.postgres, viewer, { text, limit: 10 });
    return hits.map(({ materialId, place }) => [materialId, place]);
  };
  assert.deepEqual(await find('flood'), [[material.id, { heading: 'A' }]]);
  assert.deepEqual(await find('река'), [[material.id, { heading: 'Б' }]]);
  assert.deepEqual(await find('desert'), []);
});

test('the material knows the language that most of its text is in', async () => {
  const material = await addMaterial(store, { bytes: Buffer.from('Прилив и отлив. Ebb.') });
  await index(material);
  const row = await store.postgres
    .selectFrom('materials')
    .select('language')
    .where('id', '=', material.id)
    .executeTakeFirst();
  assert.equal(row?.language, 'ru');
});

test('a text with nothing to find is indexed as no chunks', async () => {
  const material = await addMaterial(store, { bytes: Buffer.from(' \n ') });
  assert.deepEqual(await index(material), []);
});
