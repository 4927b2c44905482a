import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue, JobWorker } from './backend.ts';

type Door = {
  readonly queue: Pick<JobQueue, 'getPrioritized'>;
  readonly worker: Pick<JobWorker, 'getNextJob' | 'processJob'>;
  readonly isFull: () => boolean;
  readonly signal: AbortSignal;
};

const lookEachMs = 50;
/** Of an owner who has nothing else before it; see `assignTurns`. */
const firstTurn = 1;

/**
 * All places of a worker may be taken for long by one owner. While they are, this looks who comes next,
 * and lets the first job of another in beside them, one at a time.
 */
export async function admitNewcomers({ queue, worker, isFull, signal }: Door): Promise<void> {
  while (isFull() && !signal.aborted) {
    const [next] = await queue.getPrioritized(0, 0);
    if (next?.opts.priority === firstTurn) {
      const token = randomUUID();
      // Another may have been faster: then whoever comes now is let in.
      const job = await worker.getNextJob(token, { block: false });
      if (job !== undefined) await worker.processJob(job, token, () => false);
    }
    await sleep(lookEachMs, undefined, { signal }).catch(() => undefined);
  }
}
