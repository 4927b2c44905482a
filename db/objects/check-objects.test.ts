import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { thumbnailMaterial } from '../jobs/thumbnail.ts';
import { enqueue } from '../postgres/enqueue.ts';
import { newId } from '../postgres/new-id.ts';
import type { Store } from '../open.ts';
import type { MaterialKind } from '../postgres/tables.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { insertTextMaterial } from '../testing/insert-text-material.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { checkObjects } from './check-objects.ts';
import { openFolderObjects } from './folder-objects.ts';
import { listAll } from './objects.suite.ts';
import { readSealKeys } from './seal-keys.ts';
import { sealObjects } from './seal-objects.ts';

test('what is lost, changed or without a row is found, and all else is left alone', async () => {
  const store = await freshStore();
  const { postgres, objects } = store;
  const { userId } = await logInAs(store, 'user');
  const courseId = newId();
  await postgres
    .insertInto('courses')
    .values({ id: courseId, owner_id: userId, title: 'Course', level: null })
    .execute();
  const keyOf = (id: string) => `materials/${courseId}/${id}/original.txt`;
  const [whole, lost, changed] = [newId(), newId(), newId()];
  for (const id of [whole, lost, changed]) {
    const key = await insertTextMaterial(store, { id, courseId, ownerId: userId });
    await objects.write(key, Readable.from([Buffer.from('words')]));
  }
  await objects.write(
    `materials/${courseId}/${whole}/processed.txt`,
    Readable.from([Buffer.from('w')]),
  );
  await objects.remove(keyOf(lost));
  await objects.write(keyOf(changed), Readable.from([Buffer.from('other words')]));
  const orphans = [keyOf(newId()), 'elsewhere/file.bin'];
  for (const key of orphans) await objects.write(key, Readable.from([Buffer.from('x')]));

  const before = await listAll(objects, '');
  const found: Record<string, string[]> = { lost: [], changed: [], orphan: [] };
  for await (const finding of checkObjects(postgres, objects)) {
    found[finding.kind]?.push(finding.kind === 'orphan' ? finding.object.key : finding.row.key);
  }
  assert.deepEqual(found, {
    lost: [keyOf(lost)],
    changed: [keyOf(changed)],
    orphan: orphans.toSorted((a, b) => (a < b ? -1 : 1)),
  });
  assert.deepEqual(await listAll(objects, ''), before);
});

const words = Buffer.from('words');
const sha256 = createHash('sha256').update(words).digest('hex');

type Made = { readonly mediaType: string; readonly kind: MaterialKind; readonly pages?: number };

/** A material that was read and drawn; what was made of it is there. */
async function addMade(store: Store, courseId: string, { mediaType, kind, pages = 1 }: Made) {
  const { postgres, objects } = store;
  const id = newId();
  const folder = `materials/${courseId}/${id}`;
  const { owner_id } = await postgres
    .selectFrom('courses')
    .select('owner_id')
    .where('id', '=', courseId)
    .executeTakeFirstOrThrow();
  await postgres
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id,
      file_name: 'a',
      media_type: mediaType,
      kind,
      size_bytes: words.length,
      sha256: id,
      object_key: `${folder}/original.bin`,
      language: null,
    })
    .execute();
  const analysis = JSON.stringify({ words: 1, readingMinutes: 1, keywords: [] });
  await postgres
    .updateTable('materials')
    .set({ analysis, page_count: pages })
    .where('id', '=', id)
    .execute();
  const run = await postgres
    .transaction()
    .execute((tx) => enqueue(tx, thumbnailMaterial, { materialId: id }, { subject: id }));
  await postgres.updateTable('runs').set({ state: 'done' }).where('id', '=', run).execute();
  for (const name of ['original.bin', 'processed.txt', 'thumbnail.jpg']) {
    await objects.write(`${folder}/${name}`, Readable.from([words]));
  }
  return { id, folder };
}

async function freshCourse() {
  const store = await freshStore();
  const { userId } = await logInAs(store, 'user');
  const id = newId();
  await store.postgres
    .insertInto('courses')
    .values({ id, owner_id: userId, title: 'Course', level: null })
    .execute();
  return { store, courseId: id };
}

async function listFindings(store: Store, options?: { readonly isDeep: boolean }) {
  const found: string[] = [];
  for await (const finding of checkObjects(store.postgres, store.objects, options)) {
    const key = finding.kind === 'orphan' ? finding.object.key : finding.row.key;
    found.push(`${finding.kind} ${key}`);
  }
  return found.toSorted();
}

test('what was made of a file is missed where it should be, and nowhere else', async () => {
  const { store, courseId } = await freshCourse();
  const { objects } = store;
  const pdf = { mediaType: 'application/pdf', kind: 'document' } as const;
  const [text, picture] = [
    await addMade(store, courseId, pdf),
    await addMade(store, courseId, pdf),
  ];
  // Nobody can draw these.
  const plain = await addMade(store, courseId, { mediaType: 'text/plain', kind: 'text' });
  const slides = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
  const empty = { mediaType: slides, kind: 'presentation', pages: 0 } as const;
  const { folder } = await addMade(store, courseId, empty);
  for (const one of [plain.folder, folder]) await objects.remove(`${one}/thumbnail.jpg`);
  assert.deepEqual(await listFindings(store), []);
  await objects.remove(`${text.folder}/processed.txt`);
  await objects.remove(`${picture.folder}/thumbnail.jpg`);
  assert.deepEqual(
    await listFindings(store),
    [`lost ${text.folder}/processed.txt`, `lost ${picture.folder}/thumbnail.jpg`].toSorted(),
  );
});

test('a file that was damaged and kept its size is found by reading it', async () => {
  const { store, courseId } = await freshCourse();
  const made = { mediaType: 'text/plain', kind: 'text' } as const;
  const { id, folder } = await addMade(store, courseId, made);
  await store.postgres.updateTable('materials').set({ sha256 }).where('id', '=', id).execute();
  assert.deepEqual(await listFindings(store, { isDeep: true }), []);
  await store.objects.write(`${folder}/original.bin`, Readable.from([Buffer.from('wards')]));
  assert.deepEqual(await listFindings(store), []);
  assert.deepEqual(await listFindings(store, { isDeep: true }), [`changed ${folder}/original.bin`]);
});

test('what is sealed and was damaged is found, whatever its size', async () => {
  const { store, courseId } = await freshCourse();
  const keys = readSealKeys(randomBytes(32).toString('base64'));
  const inner = openFolderObjects(join(store.config.dataDir, 'objects'));
  const sealed = { ...store, objects: sealObjects(inner, keys) };
  const made = { mediaType: 'text/plain', kind: 'text' } as const;
  const { id, folder } = await addMade(sealed, courseId, made);
  await store.postgres.updateTable('materials').set({ sha256 }).where('id', '=', id).execute();
  assert.deepEqual(await listFindings(sealed, { isDeep: true }), []);
  const stored = `${folder}/original.bin.sealed`;
  const bytes = await buffer(await inner.read(stored));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await inner.write(stored, Readable.from([bytes]));
  assert.deepEqual(await listFindings(sealed, { isDeep: true }), [
    `changed ${folder}/original.bin`,
  ]);
});

test('what is sealed with a key that is not given is told, and all else is read', async () => {
  const { store, courseId } = await freshCourse();
  const inner = openFolderObjects(join(store.config.dataDir, 'objects'));
  const keys = readSealKeys(randomBytes(32).toString('base64'));
  const made = { mediaType: 'text/plain', kind: 'text' } as const;
  const sealed = { ...store, objects: sealObjects(inner, keys) };
  const [closed, open] = [
    await addMade(sealed, courseId, made),
    await addMade(store, courseId, made),
  ];
  const keyless = { ...store, objects: sealObjects(inner, []) };
  assert.deepEqual(await listFindings(keyless), []);
  assert.deepEqual(
    await listFindings(keyless, { isDeep: true }),
    [`sealed ${closed.folder}/original.bin`, `changed ${open.folder}/original.bin`].toSorted(),
  );
});
