import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { newId } from './new-id.ts';
import { addPages, listPages, replaceReadPages } from './pages.ts';
import { endScan, listOpenScans, replaceScans, type Scan } from './scans.ts';

const scan = (number: number, more: Partial<Scan> = {}): Scan => ({
  number,
  place: { page: Math.floor(number / 1_000) },
  why: 'no_text',
  object_key: null,
  ...more,
});
const piece = (number: number, text: string) => ({ number, text, place: {} });

test('a page that was looked at keeps its words when the text around it is read again', async () => {
  const store = await freshStore();
  const { postgres } = store;
  const { userId: owner_id } = await logInAs(store, 'user');
  const [id, course_id] = [newId(), newId()];
  await postgres
    .insertInto('courses')
    .values({ id: course_id, owner_id, title: 'Course', level: null })
    .execute();
  await postgres
    .insertInto('materials')
    .values({
      id,
      course_id,
      owner_id,
      file_name: 'a.pdf',
      media_type: 'application/pdf',
      kind: 'document',
      size_bytes: 5,
      sha256: id,
      object_key: `materials/${course_id}/${id}/original.pdf`,
      language: null,
    })
    .execute();
  const picture = { why: 'picture', object_key: 'a.png' } as const;
  await postgres.transaction().execute(async (tx) => {
    await replaceScans(tx, id, [scan(1_500), scan(2_510, picture), scan(3_500), scan(4_500)]);
    const read = [piece(2_000, 'read'), piece(2_001, 'no longer there')];
    const seen = [piece(1_500, 'seen'), piece(1_501, 'too'), piece(2_510, 'in a picture')];
    await addPages(tx, id, [...read, ...seen, piece(3_500, 'a page that is another now')]);
    for (const number of [1_500, 2_510, 3_500]) await endScan(tx, { materialId: id, number });
  });
  await postgres.transaction().execute(async (tx) => {
    const changed = scan(3_500, { why: 'garbage' });
    await replaceScans(tx, id, [scan(1_500), scan(2_510, picture), changed, scan(5_500)]);
    await replaceReadPages(tx, id, [piece(2_000, 'read again')]);
  });
  assert.deepEqual(
    (await listPages(postgres, id)).map(({ number, text }) => [number, text]),
    [
      [1_500, 'seen'],
      [1_501, 'too'],
      [2_000, 'read again'],
      [2_510, 'in a picture'],
    ],
  );
  const open = await listOpenScans(postgres, id);
  assert.deepEqual(
    open.map(({ number }) => number),
    [3_500, 5_500],
  );
});
