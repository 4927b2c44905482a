import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { findDeletion, findDeletionByToken } from '@lectern/db/postgres/deletions';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun, listRunsOfSubject } from '@lectern/db/postgres/runs';
import { findTraces } from '@lectern/db/testing/find-traces';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addCourse, addPerson, addUpload } from '../testing/add-account.ts';
import { addLeaver, askForDeletion, leaverRemoved } from '../testing/add-leaver.ts';
import { runTwice } from '../testing/run-twice.ts';
import { deleteAccountWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

function remove(deletionId: string, from: Store = store) {
  const meta = { subject: deletionId, requestId: 'request-1' };
  return runTwice(from, deleteAccountWorker, { payload: { deletionId }, meta });
}

async function listKeys(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.objects.list(prefix)) keys.push(key);
  return keys;
}

const isOf = (id: string) => ({ owner_id: id });

test('of a person who is gone nothing is left but the log and the receipt', async () => {
  const { people, courses, work, exportId } = await addLeaver(store);
  const { ann } = people;
  assert.ok((await findTraces(store.postgres, ann.id)).length > 8);
  const deletionId = await askForDeletion(store, ann.id);
  assert.equal((await remove(deletionId)).state, 'done');

  assert.deepEqual(await findTraces(store.postgres, ann.id), ['audit_log', 'deletions']);
  assert.deepEqual(await findTraces(store.postgres, ann.email), []);
  for (const id of [courses.sole, exportId]) {
    assert.deepEqual(await findTraces(store.postgres, id), []);
  }
  assert.deepEqual(await listKeys(`materials/${courses.sole}/`), []);
  assert.deepEqual(await listKeys(`exports/${ann.id}/`), []);
  for (const id of [...work.gone, ...work.mails]) {
    assert.equal(await findRun(store.postgres, id), undefined);
  }
  const kept = await findRun(store.postgres, work.kept);
  assert.deepEqual([kept?.state, kept?.owner], ['queued', null]);
});

test('courses with another owner stay, with all that is in them', async () => {
  const { people, courses, uploads } = await addLeaver(store);
  const { ann, bob, cyd } = people;
  await remove(await askForDeletion(store, ann.id));

  const owners = await store.postgres
    .selectFrom('courses')
    .select(['id', 'owner_id'])
    .where('id', 'in', [courses.shared, courses.foreign])
    .orderBy('id')
    .execute();
  assert.deepEqual(owners, [
    { id: courses.shared, ...isOf(cyd.id) },
    { id: courses.foreign, ...isOf(bob.id) },
  ]);
  const materials = await store.postgres
    .selectFrom('materials')
    .select(['id', 'owner_id'])
    .where('course_id', 'in', [courses.shared, courses.foreign])
    .orderBy('id')
    .execute();
  assert.deepEqual(materials, [
    { id: uploads.inShared.id, ...isOf(cyd.id) },
    { id: uploads.inForeign.id, ...isOf(bob.id) },
    { id: uploads.bobsInForeign.id, ...isOf(bob.id) },
  ]);
  const versions = await store.postgres
    .selectFrom('material_versions')
    .select(['owner_id', 'replaced_by'])
    .where('material_id', '=', uploads.inShared.id)
    .execute();
  assert.deepEqual(versions, [{ ...isOf(cyd.id), replaced_by: null }]);
  for (const { key } of [uploads.inShared, uploads.inForeign, uploads.bobsInForeign]) {
    assert.ok(await store.objects.stat(key));
  }
  const members = await store.postgres
    .selectFrom('course_members')
    .select('role')
    .where('course_id', '=', courses.shared)
    .orderBy('created_at')
    .execute();
  assert.deepEqual(
    members.map(({ role }) => role),
    ['editor', 'owner', 'owner'],
  );
  const sent = await store.postgres
    .selectFrom('invitations')
    .select(['email', 'invited_by'])
    .where('course_id', '=', courses.shared)
    .execute();
  assert.deepEqual(sent, [{ email: 'eve@example.org', invited_by: null }]);
});

test('what was said in courses that stay is said still, and leads to nobody who is gone', async () => {
  const { people, courses } = await addLeaver(store);
  const { ann, bob, cyd } = people;
  await remove(await askForDeletion(store, ann.id));
  const comments = await store.postgres
    .selectFrom('comments')
    .select(['author_id', 'body', 'mentions', 'resolved_by'])
    .select((eb) => eb('resolved_at', 'is not', null).as('isResolved'))
    .where('course_id', '=', courses.shared)
    .orderBy('id')
    .execute();
  const plain = { mentions: [], resolved_by: null, isResolved: false };
  const body = `@[Ann [A.]], @[Cyd](${cyd.id}), look.`;
  assert.deepEqual(comments, [
    { ...plain, author_id: bob.id, body, mentions: [cyd.id], isResolved: true },
    { ...plain, author_id: null, body: 'I see.' },
    { ...plain, author_id: bob.id, body: 'Ann?' },
  ]);
});

test('the receipt counts what is gone, and the log has the same', async () => {
  const { people } = await addLeaver(store);
  const deletionId = await askForDeletion(store, people.ann.id);
  const asked = await findDeletionByToken(store.postgres, Buffer.from(deletionId));
  assert.deepEqual([asked?.finished_at, asked?.removed], [null, null]);
  await remove(deletionId);
  const receipt = await findDeletionByToken(store.postgres, Buffer.from(deletionId));
  assert.ok(receipt?.finished_at);
  assert.deepEqual(receipt.removed, leaverRemoved);
  const entries = await store.postgres
    .selectFrom('audit_log')
    .select(['action', 'subject_id', 'request_id', 'address', 'after'])
    .where('actor_id', '=', people.ann.id)
    .execute();
  assert.deepEqual(entries, [
    {
      action: 'account.delete',
      subject_id: people.ann.id,
      request_id: 'request-1',
      address: null,
      after: leaverRemoved,
    },
  ]);
});

test('a course with more materials than one step takes goes whole', async () => {
  const ann = await addPerson(store);
  const courseId = await addCourse(store, [{ id: ann.id, role: 'owner' }]);
  for (let i = 0; i < 23; i++) await addUpload(store, { courseId, ownerId: ann.id });
  const deletionId = await askForDeletion(store, ann.id);
  await remove(deletionId);
  const receipt = await findDeletion(store.postgres, deletionId);
  assert.deepEqual([receipt?.removed?.['materials'], receipt?.removed?.['files']], [23, 46]);
  assert.deepEqual(await listKeys(`materials/${courseId}/`), []);
});

test('a last mail is sent once; without a mail server the account goes all the same', async () => {
  const ann = await addPerson(store, 'Ann');
  await remove(await askForDeletion(store, ann.id));
  const mails = await readdir(join(store.config.dataDir, 'mail'));
  const name = ann.email.replaceAll('@', '-');
  assert.equal(mails.filter((mail) => mail.endsWith(`${name}.txt`)).length, 1);

  const bob = await addPerson(store, 'Bob');
  const deletionId = await askForDeletion(store, bob.id);
  const config = { ...store.config, smtpUrl: 'smtp://127.0.0.1:1' };
  await remove(deletionId, { ...store, config });
  assert.ok((await findDeletion(store.postgres, deletionId))?.finished_at);
  assert.deepEqual(await findTraces(store.postgres, bob.email), []);
});

test('a deletion that is unknown, or whose person is gone already, ends quietly', async () => {
  assert.equal((await remove(newId())).state, 'done');
  const deletionId = await askForDeletion(store, newId());
  assert.equal((await remove(deletionId)).state, 'done');
  assert.ok((await findDeletion(store.postgres, deletionId))?.finished_at);
  const [asked] = await listRunsOfSubject(store.postgres, deletionId);
  assert.deepEqual([asked?.job, asked?.owner], ['account.delete', null]);
});
