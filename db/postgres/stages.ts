import { ocrMaterial } from '../jobs/ocr.ts';
import { nextStages, type Stage } from '../jobs/pipeline.ts';
import type { Transaction } from './connect.ts';
import { enqueue, handOn } from './enqueue.ts';
import type { ClaimedRun } from './runs.ts';
import { countScans } from './scans.ts';

/** Enqueues what the pipeline says comes after this run, in the transaction that ends it. */
export async function enqueueNextStages(tx: Transaction, run: ClaimedRun): Promise<number> {
  if (run.subject === null || !run.job.startsWith('material.')) return 0;
  const material = await tx
    .selectFrom('materials')
    .select(['id', 'kind'])
    .where('id', '=', run.subject)
    .executeTakeFirst();
  if (material === undefined) return 0;
  const next: Stage[] = [];
  for (const stage of nextStages(material.kind, run.job)) {
    const isNeeded = stage.job !== ocrMaterial || (await countScans(tx, material.id)) > 0;
    // Where there is nothing to look at, what comes after that comes at once.
    next.push(...(isNeeded ? [stage] : nextStages(material.kind, stage.job.name)));
  }
  for (const { job } of next) {
    await enqueue(tx, job, { materialId: material.id }, { subject: material.id, ...handOn(run) });
  }
  return next.length;
}
