import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { addPerson } from '../testing/add-account.ts';
import { addGraph, exportCourse, importFile } from '../testing/course-files.ts';
import { askForExport, readExport, writeExport } from '../testing/export-account.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('what somebody brought and took out is told to that person, and to nobody else', async () => {
  const { userId, courseId } = await addGraph(store, { nodes: [makeNode('a')], edges: [] });
  const other = await addPerson(store);
  const taken = await exportCourse(store, { userId, courseId }, 'html');
  const brought = [];
  // More than are read at once.
  for (let i = 0; i < 7; i++) {
    const content = i === 3 ? '' : '# Приливы\n### Отлив\n';
    const { id } = await importFile(store, { fileName: `${i}.md`, content }, userId);
    brought.push(id);
  }
  await importFile(store, { fileName: 'theirs.md', content: '# Theirs\n' }, other.id);

  const exportId = await askForExport(store, userId);
  assert.equal((await writeExport(store, exportId)).state, 'done');
  const { json } = await readExport(store, { userId, exportId });
  const imports: Record<string, unknown>[] = json('imports.json');
  assert.deepEqual(
    imports.map(({ id, fileName }) => [id, fileName]),
    brought.map((id, i) => [id, `${i}.md`]),
  );
  assert.match(JSON.stringify(imports[0]?.['report']), /"title":"Отлив","result":"imported"/);
  assert.deepEqual([imports[3]?.['report'], imports[3]?.['finishedAt']], [null, null]);
  const exports: Record<string, unknown>[] = json('course-exports.json');
  const size = taken.bytes.length;
  assert.deepEqual(
    exports.map((one) => [one['id'], one['courseId'], one['format'], one['sizeBytes']]),
    [[taken.id, courseId, 'html', size]],
  );
});
