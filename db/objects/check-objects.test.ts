import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { newId } from '../postgres/new-id.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { checkObjects } from './check-objects.ts';
import { listAll } from './objects.suite.ts';

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
    const key = keyOf(id);
    await objects.write(key, Readable.from([Buffer.from('words')]));
    await postgres
      .insertInto('materials')
      .values({
        id,
        course_id: courseId,
        owner_id: userId,
        file_name: 'a.txt',
        media_type: 'text/plain',
        kind: 'text',
        size_bytes: 5,
        sha256: id,
        object_key: key,
        language: null,
      })
      .execute();
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
