import { deleteAccountWorker } from './account-deletion/worker.ts';
import { exportAccountWorker } from './account-export/worker.ts';
import { analyseWorker } from './analyse/worker.ts';
import { canaryWorker } from './canary/worker.ts';
import { copyCourseFilesWorker } from './course-copy/worker.ts';
import { exportCourseWorker } from './course-export/worker.ts';
import { importCourseWorker } from './course-import/worker.ts';
import { reindexCourseWorker } from './course-reindex/worker.ts';
import { settleCourseWorker } from './course-settle/worker.ts';
import { extractWorker } from './extract/worker.ts';
import { fetchWorker } from './fetch-url/worker.ts';
import { indexingWorker } from './indexing/worker.ts';
import { mailWorker } from './mail/worker.ts';
import { removeMaterialWorker } from './material-removal/worker.ts';
import { ocrWorker } from './ocr/worker.ts';
import type { WorkerDefinition } from './runtime/define-worker.ts';
import { thumbnailWorker } from './thumbnail/worker.ts';
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
  fetchWorker,
  importCourseWorker,
  indexingWorker,
  mailWorker,
  ocrWorker,
  reindexCourseWorker,
  removeMaterialWorker,
  settleCourseWorker,
  thumbnailWorker,
  tidyWorker,
];
