import type { JobContract } from '../jobs/define-job.ts';
import type { MaterialPayload } from '../jobs/material-payload.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';

export type Round = {
  readonly materialId: string;
  /** Those that others follow by themselves. */
  readonly jobs: readonly JobContract<typeof MaterialPayload>[];
};

/** Begins work on a material anew. What it has of an earlier round stays until there is something better. */
export async function beginRound(
  tx: Transaction,
  { materialId, jobs }: Round,
  { userId, requestId }: Author,
): Promise<void> {
  const meta = {
    subject: materialId,
    ...(userId !== null && { owner: userId }),
    ...(requestId !== null && { requestId }),
  };
  for (const job of jobs) await enqueue(tx, job, { materialId }, meta);
}

/** What was read from pages and pictures is to be read again. */
export async function reopenScans(tx: Transaction, materialId: string): Promise<void> {
  await tx
    .updateTable('scans')
    .set({ done_at: null })
    .where('material_id', '=', materialId)
    .execute();
}

export type Reprocessed = { readonly id: string; readonly only: string; readonly stages: string[] };

export function auditReprocessing(
  tx: Transaction,
  { id, only, stages }: Reprocessed,
  author: Author,
): Promise<void> {
  const subject = { type: 'material', id };
  return writeAudit(tx, author, { action: 'material.reprocess', subject, after: { only, stages } });
}
