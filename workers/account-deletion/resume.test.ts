import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { findDeletion } from '@lectern/db/postgres/deletions';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { findTraces } from '@lectern/db/testing/find-traces';
import type { Context, WorkerDefinition } from '../runtime/define-worker.ts';
import { addLeaver, askForDeletion, leaverRemoved } from '../testing/add-leaver.ts';
import { runTwice } from '../testing/run-twice.ts';
import { deleteAccountWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** Throws at the n-th call, as if the worker had died there. Later calls pass. */
function failOnce(n: number) {
  let calls = 0;
  const pass = () => {
    if (++calls === n) throw new Error('killed');
  };
  return { pass, hasFailed: () => calls >= n };
}

function failingObjects(pass: () => void): Store {
  const { objects } = store;
  const remove: Store['objects']['remove'] = async (key) => {
    pass();
    await objects.remove(key);
    pass();
  };
  async function* list(prefix: string) {
    pass();
    yield* objects.list(prefix);
  }
  return { ...store, objects: { ...objects, remove, list } };
}

function failingSaves(pass: () => void): WorkerDefinition {
  const save =
    (context: Context<unknown>): Context<unknown>['save'] =>
    async (results) => {
      await context.save(async (tx) => {
        await results(tx);
        pass();
      });
      pass();
    };
  return {
    ...deleteAccountWorker,
    handle: (context) => deleteAccountWorker.handle({ ...context, save: save(context) }),
  };
}

/** The first try dies, the second one has to find everything as it should be. */
async function removeInTwoTries(from: Store, worker: WorkerDefinition): Promise<void> {
  const { people, courses } = await addLeaver(store);
  const deletionId = await askForDeletion(store, people.ann.id);
  const meta = { subject: deletionId };
  const run = await runTwice(from, worker, { payload: { deletionId }, meta });
  assert.equal(run.state, 'done');
  const receipt = await findDeletion(store.postgres, deletionId);
  assert.ok(receipt?.finished_at);
  assert.deepEqual(receipt.removed, leaverRemoved);
  assert.deepEqual(await findTraces(store.postgres, people.ann.id), ['audit_log', 'deletions']);
  for (const prefix of [`materials/${courses.sole}/`, `exports/${people.ann.id}/`]) {
    for await (const { key } of store.objects.list(prefix)) assert.fail(`${key} is left`);
  }
}

test('a worker that dies at any file it touches is followed by one that counts the same', async () => {
  let n = 0;
  for (let hasFailed = true; hasFailed; n++) {
    const fault = failOnce(n + 1);
    await removeInTwoTries(failingObjects(fault.pass), deleteAccountWorker);
    hasFailed = fault.hasFailed();
  }
  assert.ok(n > 12, `it died at ${n - 1} places`);
});

test('a worker that dies in or after any step is followed by one that counts the same', async () => {
  let n = 0;
  for (let hasFailed = true; hasFailed; n++) {
    const fault = failOnce(n + 1);
    await removeInTwoTries(store, failingSaves(fault.pass));
    hasFailed = fault.hasFailed();
  }
  assert.ok(n > 12, `it died at ${n - 1} places`);
});
