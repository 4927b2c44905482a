import { contracts } from '../jobs/contracts.ts';
import type { Queues } from './open-queues.ts';

const keepCompletedMs = 60 * 60_000;
const keepFailedMs = 7 * 24 * 60 * 60_000;
const atMost = 10_000;

/**
 * Removes what ended long ago; the ledger remembers it. Not at each end, as BullMQ offers: on
 * PostgreSQL, workers that trim the same queue deadlock.
 */
export async function cleanQueues(queues: Queues): Promise<void> {
  for (const { name } of contracts) {
    await queues.get(name).clean(keepCompletedMs, atMost, 'completed');
    await queues.get(name).clean(keepFailedMs, atMost, 'failed');
  }
}
