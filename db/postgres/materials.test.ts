import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Viewer } from '../access/viewer.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import type { Author } from './audit.ts';
import { insertCourse } from './courses.ts';
import {
  insertMaterial,
  insertMaterials,
  isCourseGone,
  isDuplicate,
  type NewMaterial,
} from './materials.ts';
import { newId } from './new-id.ts';

const nobody: Author = { userId: null, requestId: 'r1', address: null };

async function freshCourse() {
  const store = await freshStore();
  const { postgres } = store;
  const { userId } = await logInAs(store, 'user');
  const viewer: Viewer = { id: userId, role: 'user', email: '', name: '' };
  const { id: courseId } = await insertCourse(postgres, viewer, {
    course: { id: newId(), title: 'Course' },
    author: nobody,
  });
  const materialOf = (sha256: string): NewMaterial => {
    const id = newId();
    return {
      id,
      course_id: courseId,
      owner_id: userId,
      file_name: 'a.txt',
      media_type: 'text/plain',
      kind: 'text',
      size_bytes: 1,
      sha256,
      object_key: id,
    };
  };
  const count = async () => {
    const tables = ['materials', 'runs', 'outbox'] as const;
    const counts = tables.map(
      async (table) => (await postgres.selectFrom(table).select('id').execute()).length,
    );
    return Promise.all(counts);
  };
  return { postgres, materialOf, count, courseId };
}

test('bytes that the course has are refused as a whole: no row, no run, no line', async () => {
  const { postgres, materialOf, count } = await freshCourse();
  await insertMaterial(postgres, materialOf('a'), nobody);
  assert.deepEqual(await count(), [1, 1, 1]);
  await assert.rejects(insertMaterial(postgres, materialOf('a'), nobody), isDuplicate);
  await assert.rejects(
    insertMaterials(postgres, [materialOf('b'), materialOf('a')], nobody),
    isDuplicate,
  );
  assert.deepEqual(await count(), [1, 1, 1]);
  await insertMaterials(postgres, [materialOf('b'), materialOf('c')], nobody);
  assert.deepEqual(await count(), [3, 3, 3]);
});

test('a course that is gone takes no material', async () => {
  const { postgres, materialOf, count, courseId } = await freshCourse();
  await postgres.deleteFrom('courses').where('id', '=', courseId).execute();
  await assert.rejects(insertMaterial(postgres, materialOf('a'), nobody), isCourseGone);
  assert.deepEqual(await count(), [0, 0, 0]);
});

test('the same files at the same moment in another order do not wait for each other', async () => {
  const { postgres, materialOf, count } = await freshCourse();
  const rounds = 8;
  const files = 400;
  for (let round = 0; round < rounds; round++) {
    const hashes = Array.from({ length: files }, (_, i) => `${round}-${i}`);
    const results = await Promise.allSettled([
      insertMaterials(postgres, hashes.map(materialOf), nobody),
      insertMaterials(postgres, hashes.toReversed().map(materialOf), nobody),
    ]);
    const [failed, ...others] = results.filter((result) => result.status === 'rejected');
    assert.equal(others.length, 0);
    assert.ok(isDuplicate(failed?.reason), String(failed?.reason));
  }
  assert.deepEqual(await count(), [rounds * files, rounds * files, rounds * files]);
});
