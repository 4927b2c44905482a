import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { ObjectMissing } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { claimRuns, findRun } from '@lectern/db/postgres/runs';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { settleError } from './settle-error.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function settle({ isLost }: { readonly isLost: boolean }) {
  const { id, key, ownerId } = await addMaterial(store, { bytes: Buffer.from('words') });
  if (isLost) await store.objects.remove(key);
  const { postgres, log } = store;
  const meta = { subject: id, owner: ownerId };
  const runId = await postgres
    .transaction()
    .execute((tx) => enqueue(tx, extractMaterial, { materialId: id }, meta));
  const { line } = await postgres
    .selectFrom('runs')
    .select('line')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  const [run] = await claimRuns(postgres, [{ runId, line, deadlineMs: 60_000 }]);
  assert.ok(run);
  const thrown = new ObjectMissing('there is no object of this name');
  const { kind } = await settleError(store, extractMaterial, run, thrown, log);
  return { kind, run: await findRun(postgres, runId) };
}

test('work on a material whose file is lost ends at once, and says what to do', async () => {
  const { kind, run } = await settle({ isLost: true });
  assert.deepEqual([kind, run?.state, run?.error?.code], ['never', 'cancelled', 'file_lost']);
  assert.match(run?.error?.message ?? '', /Upload it again/);
});

test('what is missing beside a file that is there may come yet', async () => {
  const { kind, run } = await settle({ isLost: false });
  assert.deepEqual([kind, run?.state, run?.attempts], ['retry', 'queued', 1]);
});
