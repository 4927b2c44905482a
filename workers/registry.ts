import { canaryWorker } from './canary/worker.ts';
import { extractWorker } from './extract/worker.ts';
import { indexingWorker } from './indexing/worker.ts';
import type { WorkerDefinition } from './runtime/define-worker.ts';
import { tidyWorker } from './tidy/worker.ts';

/** Every worker there is. */
export const registry: readonly WorkerDefinition[] = [
  canaryWorker,
  extractWorker,
  indexingWorker,
  tidyWorker,
];
