import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { extractMaterial } from '@lectern/db/jobs/extract';
import type { Store } from '@lectern/db/open';
import { leaveCourse } from '@lectern/db/postgres/account-courses';
import { findDeletion } from '@lectern/db/postgres/deletions';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { removeMember } from '@lectern/db/postgres/members';
import { claimRuns } from '@lectern/db/postgres/runs';
import { endRun, StaleRun } from '@lectern/db/queue/end-run';
import { findTraces } from '@lectern/db/testing/find-traces';
import { freshStore } from '@lectern/db/testing/fresh-store';
import type { Context, WorkerDefinition } from '../runtime/define-worker.ts';
import { addCourse, addPerson, addUpload } from '../testing/add-account.ts';
import { askForDeletion } from '../testing/add-leaver.ts';
import { runTwice } from '../testing/run-twice.ts';
import { deleteAccountWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

function remove(deletionId: string, worker = deleteAccountWorker, from = store) {
  return runTwice(from, worker, { payload: { deletionId }, meta: { subject: deletionId } });
}

async function getDeletion(deletionId: string) {
  const deletion = await findDeletion(store.postgres, deletionId);
  assert.ok(deletion);
  return deletion;
}

/** The worker with something happening beside it after its n-th step. */
function withStep(n: number, happens: () => Promise<unknown>): WorkerDefinition {
  let steps = 0;
  const save =
    (context: Context<unknown>): Context<unknown>['save'] =>
    async (results) => {
      await context.save(results);
      if (++steps === n) await happens();
    };
  return {
    ...deleteAccountWorker,
    handle: (context) => deleteAccountWorker.handle({ ...context, save: save(context) }),
  };
}

/** The same when it first removes a file. */
function withRemoval(happens: () => Promise<unknown>): Store {
  let removals = 0;
  const objects: Store['objects'] = {
    ...store.objects,
    remove: async (key) => {
      if (++removals === 1) await happens();
      await store.objects.remove(key);
    },
  };
  return { ...store, objects };
}

for (const moment of ['closed', 'emptied', 'losing its files'] as const) {
  test(`what is uploaded to a course that is just being ${moment} goes with it`, async () => {
    const [ann, bob] = [await addPerson(store), await addPerson(store)];
    const courseId = await addCourse(store, [
      { id: ann.id, role: 'owner' },
      { id: bob.id, role: 'editor' },
    ]);
    await addUpload(store, { courseId, ownerId: ann.id });
    const upload = () => addUpload(store, { courseId, ownerId: bob.id });
    const deletionId = await askForDeletion(store, ann.id);
    if (moment === 'losing its files') {
      await remove(deletionId, deleteAccountWorker, withRemoval(upload));
    } else await remove(deletionId, withStep(moment === 'closed' ? 1 : 2, upload));
    assert.equal((await getDeletion(deletionId)).removed?.['materials'], 2);
    assert.deepEqual(await findTraces(store.postgres, courseId), []);
    for await (const { key } of store.objects.list(`materials/${courseId}/`)) assert.fail(key);
  });
}

test('of two owners who leave at once the second one finds itself alone', async () => {
  const [ann, bob] = [await addPerson(store), await addPerson(store)];
  const courseId = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'owner' },
  ]);
  const deletion = await getDeletion(await askForDeletion(store, ann.id));
  const author = { userId: bob.id, requestId: null, address: null };
  const key = { courseId, userId: bob.id };
  const { promise: bothBegan, resolve } = Promise.withResolvers<void>();
  const annLeaves = store.postgres.transaction().execute(async (tx) => {
    const isClosed = await leaveCourse(tx, { deletion, courseId });
    await bothBegan;
    return isClosed;
  });
  const bobLeaves = store.postgres.transaction().execute((tx) => {
    resolve();
    return removeMember(tx, key, author);
  });
  assert.deepEqual(await Promise.all([annLeaves, bobLeaves]), [false, 'last_owner']);
  const course = await store.postgres
    .selectFrom('courses')
    .select('owner_id')
    .where('id', '=', courseId)
    .executeTakeFirstOrThrow();
  assert.equal(course.owner_id, bob.id);
});

test('two owners who delete their accounts at once leave no course behind', async () => {
  const [ann, bob] = [await addPerson(store), await addPerson(store)];
  const courseId = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'owner' },
  ]);
  await addUpload(store, { courseId, ownerId: ann.id });
  await addUpload(store, { courseId, ownerId: bob.id });
  const [anns, bobs] = [await askForDeletion(store, ann.id), await askForDeletion(store, bob.id)];
  await Promise.all([remove(anns), remove(bobs)]);
  assert.deepEqual(await findTraces(store.postgres, courseId), []);
  for (const id of [anns, bobs]) assert.ok((await getDeletion(id)).finished_at);
  for await (const { key } of store.objects.list(`materials/${courseId}/`)) assert.fail(key);
});

test('a request that was on its way is waited for, and what it made is removed too', async () => {
  const ann = await addPerson(store);
  const deletionId = await askForDeletion(store, ann.id);
  let courseId = '';
  const worker = withStep(3, async () => {
    courseId = await addCourse(store, [{ id: ann.id, role: 'owner' }]);
    await addUpload(store, { courseId, ownerId: ann.id });
  });
  const run = await remove(deletionId, worker);
  assert.deepEqual([run.state, run.attempts], ['done', 0]);
  assert.notEqual(courseId, '');
  assert.deepEqual(await findTraces(store.postgres, courseId), []);
  assert.equal((await getDeletion(deletionId)).removed?.['courses'], 1);
});

test('work that goes on begins again as nobody’s, and its first worker writes nothing', async () => {
  const [ann, bob] = [await addPerson(store), await addPerson(store)];
  const courseId = await addCourse(store, [{ id: bob.id, role: 'owner' }]);
  const { id: materialId } = await addUpload(store, { courseId, ownerId: ann.id });
  const runId = await store.postgres
    .transaction()
    .execute((tx) =>
      enqueue(tx, extractMaterial, { materialId }, { subject: materialId, owner: ann.id }),
    );
  const { line } = await store.postgres
    .deleteFrom('outbox')
    .where('run_id', '=', runId)
    .returning('id as line')
    .executeTakeFirstOrThrow();
  const [claimed] = await claimRuns(store.postgres, [{ runId, line, deadlineMs: 60_000 }]);
  assert.ok(claimed);

  await remove(await askForDeletion(store, ann.id));
  await assert.rejects(endRun(store.postgres, claimed, undefined), StaleRun);
  const run = await store.postgres
    .selectFrom('runs')
    .innerJoin('outbox', 'outbox.id', 'runs.line')
    .select(['runs.id', 'runs.state', 'runs.owner', 'outbox.owner as turn', 'outbox.job'])
    .where('subject', '=', materialId)
    .execute();
  const { name: job } = extractMaterial;
  assert.deepEqual(run, [{ id: runId, state: 'queued', owner: null, turn: null, job }]);
});
