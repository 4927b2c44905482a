import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sendCanary } from '../jobs/canary.ts';
import { schedules } from '../jobs/schedule.ts';
import type { Store } from '../open.ts';
import { enqueue, enqueueMany } from '../postgres/enqueue.ts';
import { newId } from '../postgres/new-id.ts';
import { deleteOutboxLines, listOutboxLines } from '../postgres/outbox.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { until } from '../testing/until.ts';
import { relayLines, startRelay } from './relay.ts';
import { enqueueDue } from './schedule.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const add = () => store.postgres.transaction().execute((tx) => enqueue(tx, sendCanary, {}));
const isEmpty = async () => (await listOutboxLines(store.postgres, 1)).length === 0;

test('a crash between adding and deleting doubles nothing', async () => {
  await add();
  const lines = await listOutboxLines(store.postgres, 10);
  assert.equal(await relayLines(store.postgres, store.queues, 10), lines.length);
  // As if it had ended before the lines were deleted.
  await store.postgres.insertInto('outbox').values(lines).execute();
  await relayLines(store.postgres, store.queues, 10);
  const counts = await store.queues.get(sendCanary.name).getJobCounts('waiting', 'prioritized');
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    lines.length,
  );
  assert.ok(await isEmpty());
});

test('of two relays one works, and the other goes on when it ends', async () => {
  const other = await freshStoreOnSameDatabase();
  const first = startRelay(store);
  await add();
  await until('the first relay works', isEmpty);
  const second = startRelay(other);
  await first.close();
  await add();
  await until('the second relay works', isEmpty);
  await second.close();
});

async function freshStoreOnSameDatabase(): Promise<Store> {
  const url = store.config.databaseUrl;
  assert.ok(url);
  return await freshStore({ env: { DATABASE_URL: url } });
}

test('a schedule comes once per tick, also when two look at once, and once after a pause', async () => {
  const [schedule] = schedules;
  assert.ok(schedule);
  const count = async () => {
    const rows = await store.postgres
      .selectFrom('runs')
      .select('id')
      .where('job', '=', schedule.job.name)
      .execute();
    return rows.length;
  };
  await store.postgres.deleteFrom('schedules').execute();
  const start = await count();
  const now = new Date();
  await Promise.all([enqueueDue(store.postgres, now), enqueueDue(store.postgres, now)]);
  assert.equal(await count(), start + schedules.length);
  await enqueueDue(store.postgres, new Date(now.getTime() + schedule.everyMs - 1));
  assert.equal(await count(), start + schedules.length);
  await enqueueDue(store.postgres, new Date(now.getTime() + schedule.everyMs * 10));
  assert.equal(await count(), start + schedules.length * 2);
});

test('many runs are written with their lines by one statement, in order', async () => {
  const owner = newId();
  const runAt = new Date('2030-01-01T00:00:00Z');
  const ids = await store.postgres.transaction().execute((tx) =>
    enqueueMany(tx, sendCanary, [
      { payload: {}, meta: { owner, requestId: 'r' } },
      { payload: {}, meta: { owner, runAt } },
    ]),
  );
  const runs = await store.postgres
    .selectFrom('runs')
    .innerJoin('outbox', 'outbox.id', 'runs.line')
    .select(['runs.id', 'runs.request_id', 'outbox.run_id', 'outbox.run_at'])
    .where('runs.owner', '=', owner)
    .orderBy('runs.id')
    .execute();
  assert.deepEqual(
    runs.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(
    runs.map(({ run_id }) => run_id),
    ids,
  );
  assert.equal(runs[0]?.request_id, 'r');
  assert.deepEqual(runs[1]?.run_at, runAt);
  await deleteOutboxLines(
    store.postgres,
    (await listOutboxLines(store.postgres, 10)).map(({ id }) => id),
  );
});
