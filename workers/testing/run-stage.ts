import type { Store } from '@lectern/db/open';
import type { RunView } from '@lectern/db/postgres/runs';
import type { WorkerDefinition } from '../runtime/define-worker.ts';
import { runTwice } from './run-twice.ts';

/** Runs one stage of a material's way, and forgets what would come next: a test begins that by hand. */
export async function runStage(
  store: Store,
  worker: WorkerDefinition,
  materialId: string,
  wish: Record<string, unknown> = {},
): Promise<RunView> {
  const payload = { materialId, ...wish };
  const run = await runTwice(store, worker, { payload, meta: { subject: materialId } });
  await store.postgres
    .deleteFrom('runs')
    .where('subject', '=', materialId)
    .where('state', '=', 'queued')
    .where('id', '<>', run.id)
    .execute();
  return run;
}
