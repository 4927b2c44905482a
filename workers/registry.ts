import { deleteAccountWorker } from './account-deletion/worker.ts';
import { exportAccountWorker } from './account-export/worker.ts';
import { analyseWorker } from './analyse/worker.ts';
import { canaryWorker } from './canary/worker.ts';
import { copyCourseFilesWorker } from './course-copy/worker.ts';
import { exportCourseWorker } from './course-export/worker.ts';
import { importCourseWorker } from './course-import/worker.ts';
import { settleCourseWorker } from './course-settle/worker.ts';
import { extractWorker } from './extract/worker.ts';
import { indexingWorker } from './indexing/worker.ts';
import { mailWorker } from './mail/worker.ts';
import type { WorkerDefinition } from './runtime/define-worker.ts';
import { tidyWorker } from './tidy/worker.ts';

/** Every worker there is. */
export const registry: readonly WorkerDefinition[] = [
  analyseWorker,
  canaryWorker,
  copyCourseFilesWorker,
  deleteAccountWorker,
  exportAccountWorker,
  exportCourseWorker,
  extractWorker,
  importCourseWorker,
  indexingWorker,
  mailWorker,
  settleCourseWorker,
  tidyWorker,
];
