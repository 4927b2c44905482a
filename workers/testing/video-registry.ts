import { videoPieceWorker } from '../hls/piece-worker.ts';
import { hlsWorker } from '../hls/worker.ts';
import { probeWorker } from '../probe/worker.ts';
import type { WorkerDefinition } from '../runtime/define-worker.ts';

/** What makes a video stream, and nothing of what else happens to it. */
export const registry: readonly WorkerDefinition[] = [probeWorker, hlsWorker, videoPieceWorker];
