import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshStore } from '../testing/fresh-store.ts';
import { findCanaryState, sendOrFindCanary } from './canary-runs.ts';

test('a canary that is on its way is found, and the next one is sent when it has ended', async () => {
  const { postgres } = await freshStore();
  const first = await sendOrFindCanary(postgres, 'r1');
  assert.equal(await sendOrFindCanary(postgres, 'r2'), first);
  assert.equal(await findCanaryState(postgres, first), 'queued');
  await postgres.updateTable('runs').set({ state: 'done', finished_at: new Date() }).execute();
  assert.equal(await findCanaryState(postgres, first), 'done');
  const second = await sendOrFindCanary(postgres, 'r3');
  assert.notEqual(second, first);
  const rows = await postgres.selectFrom('runs').select('request_id').orderBy('id').execute();
  assert.deepEqual(rows, [{ request_id: 'r1' }, { request_id: 'r3' }]);
});
