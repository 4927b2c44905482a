import { videoPieceWorker } from '../../hls/piece-worker.ts';
import type { WorkerDefinition } from '../../runtime/define-worker.ts';

/** A process that makes one piece at a time. */
export const registry: readonly WorkerDefinition[] = [{ ...videoPieceWorker, concurrency: 1 }];
