import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { findDeletion } from '@lectern/db/postgres/deletions';
import { findTraces } from '@lectern/db/testing/find-traces';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { addPerson } from '../testing/add-account.ts';
import { addGraph, exportCourse, importFile } from '../testing/course-files.ts';
import { askForDeletion } from '../testing/add-leaver.ts';
import { runTwice } from '../testing/run-twice.ts';
import { deleteAccountWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const graph = { nodes: [makeNode('a')], edges: [] };
const outline = { fileName: 'a.md', content: '# Приливы\n### Отлив\n' };

async function removeAccount(userId: string) {
  const deletionId = await askForDeletion(store, userId);
  const meta = { subject: deletionId };
  await runTwice(store, deleteAccountWorker, { payload: { deletionId }, meta });
  const deletion = await findDeletion(store.postgres, deletionId);
  assert.ok(deletion?.finished_at);
  return deletion;
}

async function listKeys(...prefixes: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const prefix of prefixes) {
    for await (const { key } of store.objects.list(prefix)) keys.push(key);
  }
  return keys;
}

test('what somebody took out and brought goes with the account, rows, files and courses', async () => {
  const { userId, courseId } = await addGraph(store, graph);
  await exportCourse(store, { userId, courseId }, 'json');
  const { report, id: importId } = await importFile(store, outline, userId);
  const [made = ''] = report?.courses ?? [];
  const folders = [`course-exports/${userId}/`, `imports/${userId}/`, `materials/${made}/`];
  assert.equal((await listKeys(...folders)).length, 2);

  const { removed } = await removeAccount(userId);
  assert.deepEqual([removed?.['courses'], removed?.['exports']], [2, 1]);
  assert.deepEqual(await listKeys(...folders), []);
  const tracesOf = (id: string) => findTraces(store.postgres, id);
  assert.deepEqual(await tracesOf(importId), ['audit_log']);
  for (const id of [courseId, made]) {
    // A run that settles the course is nobody's, and ends when it finds none.
    const traces = (await tracesOf(id)).filter((table) => table !== 'runs');
    assert.deepEqual(
      traces.filter((table) => table !== 'audit_log'),
      [],
    );
  }
});

test('what others took out and brought stays', async () => {
  const [ann, bob] = [await addGraph(store, graph), await addGraph(store, graph)];
  const kept = await exportCourse(store, bob, 'json');
  const { id } = await importFile(store, outline, bob.userId);
  await removeAccount(ann.userId);
  assert.deepEqual(await listKeys(`course-exports/${bob.userId}/`), [kept.key]);
  assert.deepEqual(await listKeys(`imports/${bob.userId}/`), [`imports/${bob.userId}/${id}`]);
  const rows = await store.postgres
    .selectFrom('course_imports')
    .select('id')
    .where('user_id', '=', bob.userId)
    .execute();
  assert.deepEqual(rows, [{ id }]);
});

test('an account that goes while its import is under way leaves no course', async () => {
  const { id: userId } = await addPerson(store);
  const materials = [
    { id: 'm', fileName: 'a.txt', content: Buffer.from('Ebb').toString('base64') },
  ];
  const content = JSON.stringify([{ title: 'T', nodes: [{ id: 'a' }], materials }]);
  let deleted: Awaited<ReturnType<typeof removeAccount>> | undefined;
  const objects: Store['objects'] = {
    ...store.objects,
    write: async (key, ...given) => {
      const written = await store.objects.write(key, ...given);
      if (key.startsWith('materials/')) deleted = await removeAccount(userId);
      return written;
    },
  };
  const slow = { ...store, objects };
  await assert.rejects(importFile(slow, { fileName: 'a.json', content }, userId));
  assert.ok(deleted);
  const left = await store.postgres
    .selectFrom('courses')
    .select('id')
    .where('owner_id', '=', userId)
    .execute();
  assert.deepEqual(left, []);
  assert.deepEqual(await findTraces(store.postgres, userId), ['audit_log', 'deletions']);
});
