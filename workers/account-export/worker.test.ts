import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { sendMail } from '@lectern/db/jobs/mail';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import {
  deleteExport,
  exportKeyOf,
  findExport,
  findLatestExport,
} from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import {
  addComment,
  addCourse,
  addPerson,
  addUpload,
  addVersion,
  addWatched,
} from '../testing/add-account.ts';
import { askForExport, readExport, writeExport } from '../testing/export-account.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('an export holds all about the person, and is written and mailed once', async () => {
  const [ann, bob] = [await addPerson(store, 'Анна'), await addPerson(store, 'Bob')];
  const own = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'editor' },
  ]);
  const other = await addCourse(
    store,
    [
      { id: bob.id, role: 'owner' },
      { id: ann.id, role: 'editor' },
    ],
    'Приливы',
  );
  const [first, second] = [
    await addUpload(store, { courseId: own, ownerId: ann.id, bytes: randomBytes(200_000) }),
    await addUpload(store, { courseId: other, ownerId: ann.id, fileName: 'Лекция.md' }),
  ];
  const draft = await addVersion(store, { id: second.id, courseId: other, ownerId: ann.id });
  const body = `Is the moon meant, @[Bob](${bob.id})?`;
  const parentId = await addComment(store, { courseId: other, authorId: ann.id, body });
  await addComment(store, { courseId: other, authorId: bob.id, body: 'Yes.', parentId });
  const bobs = await addUpload(store, { courseId: own, ownerId: bob.id, fileName: 'bobs.txt' });
  await addWatched(store, ann.id, second.id);
  await addWatched(store, bob.id, first.id);
  await store.postgres
    .transaction()
    .execute((tx) =>
      writeAudit(
        tx,
        { userId: ann.id, requestId: 'request-0', address: '10.0.0.1' },
        { action: 'member.set', subject: { type: 'course', id: own }, after: { userId: bob.id } },
      ),
    );

  const exportId = await askForExport(store, ann.id);
  assert.equal((await findLatestExport(store.postgres, ann.id))?.object_key, null);
  assert.equal((await writeExport(store, exportId)).state, 'done');
  const { bytes, files, json } = await readExport(store, { userId: ann.id, exportId });

  const places = [
    `materials/${first.id}/notes.txt`,
    `materials/${second.id}/Лекция.md`,
    `materials/${second.id}/earlier/1/draft.txt`,
  ];
  assert.deepEqual(
    [...files.keys()],
    [
      'README.txt',
      'profile.json',
      'logins.json',
      'tokens.json',
      'memberships.json',
      'invitations.json',
      `courses/${own}/course.json`,
      'materials.json',
      ...places,
      'imports.json',
      'course-exports.json',
      'comments.json',
      'watching.json',
      'activity.json',
      'jobs.json',
      'missing.json',
    ],
  );
  assert.deepEqual(files.get(places[0] ?? ''), first.bytes);
  assert.deepEqual(files.get(places[1] ?? ''), second.bytes);
  assert.deepEqual(files.get(places[2] ?? ''), draft);
  assert.match(files.get('README.txt')?.toString() ?? '', /profile\.json[^]+Что Lectern хранит/);
  const { id, email, name, timeZone } = json('profile.json');
  assert.deepEqual([id, email, name, timeZone], [ann.id, ann.email, 'Анна', 'UTC']);
  const memberships: { courseId: string; role: string }[] = json('memberships.json');
  assert.deepEqual(
    memberships.map(({ courseId, role }) => [courseId, role]),
    [
      [own, 'owner'],
      [other, 'editor'],
    ],
  );
  const { course, materials } = json(`courses/${own}/course.json`);
  assert.equal(course.title, 'Course');
  assert.deepEqual(
    materials.map((material: Record<string, unknown>) => [material['id'], material['isYours']]),
    [
      [first.id, true],
      [bobs.id, false],
    ],
  );
  const uploads: Record<string, unknown>[] = json('materials.json');
  assert.deepEqual(
    uploads.map((upload) => [upload['courseTitle'], upload['file']]),
    [
      ['Course', places[0]],
      ['Приливы', places[1]],
    ],
  );
  const [earlier] = Object(uploads[1])['earlier'];
  assert.deepEqual([earlier.fileName, earlier.file], ['draft.txt', places[2]]);
  const comments: Record<string, unknown>[] = json('comments.json');
  assert.deepEqual(
    comments.map((comment) => [comment['courseTitle'], comment['targetId'], comment['body']]),
    [['Приливы', 'node-1', body]],
  );
  const [seen, ...others] = json('watching.json');
  assert.deepEqual([seen.id, seen.fileName, seen.position], [second.id, 'Лекция.md', 6]);
  assert.deepEqual([seen.watched, seen.share, others], [[[1, 6]], 0.5, []]);
  const [activity] = json('activity.json');
  assert.deepEqual([activity.action, activity.address], ['member.set', '10.0.0.1']);
  assert.equal(json('jobs.json')[0].job, 'account.export');
  assert.deepEqual(json('missing.json'), []);

  const row = await findExport(store.postgres, { userId: ann.id, exportId });
  assert.equal(row?.object_key, `exports/${ann.id}/${exportId}.zip`);
  assert.equal(row?.size_bytes, bytes.length);
  assert.equal(await findExport(store.postgres, { userId: bob.id, exportId }), undefined);
  const mails = await store.postgres
    .selectFrom('runs')
    .select(['payload', 'owner', 'request_id'])
    .where('job', '=', sendMail.name)
    .execute();
  assert.deepEqual(mails, [
    {
      payload: { kind: 'export_ready', id: exportId },
      owner: ann.id,
      request_id: 'request-1',
    },
  ]);
});

test('an export that was removed is not written, nor left behind when that comes during it', async () => {
  const ann = await addPerson(store);
  const never = await writeExport(store, newId());
  assert.equal(never.state, 'cancelled');
  assert.equal(never.error?.code, 'export_gone');

  const exportId = await askForExport(store, ann.id);
  const objects: Store['objects'] = {
    ...store.objects,
    write: async (...given) => {
      const written = await store.objects.write(...given);
      await deleteExport(store.postgres, exportId);
      return written;
    },
  };
  const run = await writeExport({ ...store, objects }, exportId);
  assert.equal(run.error?.code, 'export_gone');
  const key = exportKeyOf({ id: exportId, user_id: ann.id });
  assert.equal(await store.objects.stat(key), undefined);
});

test('an export that breaks off leaves nothing, and the next try writes it whole', async () => {
  const ann = await addPerson(store);
  const courseId = await addCourse(store, [{ id: ann.id, role: 'owner' }]);
  for (let i = 0; i < 3; i++) await addUpload(store, { courseId, ownerId: ann.id });
  const exportId = await askForExport(store, ann.id);
  const key = exportKeyOf({ id: exportId, user_id: ann.id });
  let reads = 0;
  const objects: Store['objects'] = {
    ...store.objects,
    read: async (...given) => {
      if (++reads === 3) throw new Error('the disk is away');
      if (reads === 4) assert.equal(await store.objects.stat(key), undefined);
      return await store.objects.read(...given);
    },
  };
  const run = await writeExport({ ...store, objects }, exportId);
  assert.equal(run.state, 'done');
  assert.equal(run.attempts, 1);
  const { files } = await readExport(store, { userId: ann.id, exportId });
  const stored = [...files.keys()].filter((name) => name.startsWith('materials/'));
  assert.equal(stored.length, 3);
});
