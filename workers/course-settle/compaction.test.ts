import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { loadDocument } from '@lectern/db/postgres/documents';
import { freshStore } from '@lectern/db/testing/fresh-store';
import * as Y from 'yjs';
import { writeEdits } from '../bench/write-edits.ts';
import { editCourse, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function load(courseId: string) {
  const loaded = await loadDocument(store.postgres, courseId, -1);
  assert.ok(loaded?.state !== undefined);
  const doc = new Y.Doc();
  for (const data of [loaded.state, ...loaded.updates.map((update) => update.data)]) {
    Y.applyUpdate(doc, data);
  }
  return { doc, stateVersion: loaded.stateVersion, updates: loaded.updates.length };
}

test('a compacted document is the document, in fewer bytes and without its updates', async () => {
  const written = writeEdits(3_000);
  const { courseId, append, settle, readDocument } = await editCourse(store);
  await append(written.map(({ data }) => data));
  const whole = await load(courseId);
  const { size_bytes: sizeBytes } = await readDocument();
  await settle();
  const after = await load(courseId);
  assert.deepEqual(Y.encodeStateAsUpdate(after.doc), Y.encodeStateAsUpdate(whole.doc));
  assert.deepEqual([after.stateVersion, after.updates], [3_000, 0]);
  const compacted = await readDocument();
  assert.equal(compacted.size_bytes, compacted.state.length);
  assert.ok(compacted.size_bytes < sizeBytes, `${compacted.size_bytes} of ${sizeBytes}`);
});

test('few and small updates to a large document stay beside it until they are many', async () => {
  const { courseId, nodes, edit, settle, readDocument, doc } = await editCourse(store);
  await edit(() => {
    for (let i = 0; i < 100; i++) nodes.set(`n${i}`, nodeOf('lesson', 'x'.repeat(1_000)));
  });
  await settle();
  await edit(() => nodes.delete('n1'));
  await settle();
  assert.deepEqual(await load(courseId).then(({ updates }) => updates), 1);
  for (let i = 0; i < 500; i++) await edit(() => nodes.get('n2')?.set('position', { x: i, y: 0 }));
  await settle();
  const { version, state_version: stateVersion, settled_version: settled } = await readDocument();
  assert.deepEqual([version, stateVersion, settled], [502, 502, 502]);
  const loaded = await load(courseId);
  assert.deepEqual(Y.encodeStateAsUpdate(loaded.doc), Y.encodeStateAsUpdate(doc));
});
