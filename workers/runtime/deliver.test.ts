import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { openLedger } from '@lectern/db/queue/open-ledger';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { registry, tryOut } from '../testing/registry.ts';
import { deliver } from './deliver.ts';
import { startHeart } from './heart.ts';

const heartbeatMs = 100;
let store: Store;
before(async () => {
  store = await freshStore();
});

/** Delivers a run that another worker claimed and was last heard of at `heartbeatAt`. */
async function deliverRunning(heartbeatAt: Date, watch = false) {
  const [worker] = registry;
  assert.ok(worker);
  const runId = await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, tryOut, { file: '-', label: '-', act: 'work' }));
  const { line } = await store.postgres
    .updateTable('runs')
    .set({ state: 'running', fence: 1, heartbeat_at: heartbeatAt })
    .where('id', '=', runId)
    .returning('line')
    .executeTakeFirstOrThrow();
  const heart = startHeart(store.postgres, store.log, 60_000);
  if (watch) heart.watch({ id: runId, fence: 1 }, () => undefined);
  const stopping = new AbortController().signal;
  const execution = { store, heart, heartbeatMs, stopping, ledger: openLedger(store.postgres) };
  let isolated = 0;
  const settlement = await deliver(execution, worker, { runId, line }, async () => {
    isolated++;
    return { hasDied: false };
  });
  heart.close();
  return { settlement, isolated };
}

test('a run that was heard of just now is left to its worker', async () => {
  const { settlement, isolated } = await deliverRunning(new Date());
  assert.deepEqual([settlement.kind, isolated], ['later', 0]);
});

test('a run that this process is at work on is left to it, however long it was silent', async () => {
  const { settlement, isolated } = await deliverRunning(new Date(0), true);
  assert.deepEqual([settlement.kind, isolated], ['later', 0]);
});

test('a run that stays silent has lost its worker and is run alone', async () => {
  const { isolated } = await deliverRunning(new Date(0));
  assert.equal(isolated, 1);
});
