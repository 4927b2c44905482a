import { sendCanary } from './canary.ts';
import type { JobContract } from './define-job.ts';
import { extractMaterial } from './extract.ts';
import { indexMaterial } from './indexing.ts';
import { tidySystem } from './tidy.ts';

/** Every job there is; each has a queue of the same name. */
export const contracts: readonly JobContract[] = [
  extractMaterial,
  indexMaterial,
  sendCanary,
  tidySystem,
];
