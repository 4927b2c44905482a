import { deleteAccountWorker } from './account-deletion/worker.ts';
import { exportAccountWorker } from './account-export/worker.ts';
import { analyseWorker } from './analyse/worker.ts';
import { canaryWorker } from './canary/worker.ts';
import { captionsWorker } from './captions/worker.ts';
import { copyCourseFilesWorker } from './course-copy/worker.ts';
import { exportCourseWorker } from './course-export/worker.ts';
import { importCourseWorker } from './course-import/worker.ts';
import { reindexCourseWorker } from './course-reindex/worker.ts';
import { settleCourseWorker } from './course-settle/worker.ts';
import { extractWorker } from './extract/worker.ts';
import { fetchWorker } from './fetch-url/worker.ts';
import { videoPieceWorker } from './hls/piece-worker.ts';
import { hlsWorker } from './hls/worker.ts';
import { indexingWorker } from './indexing/worker.ts';
import { mailWorker } from './mail/worker.ts';
import { removeMaterialWorker } from './material-removal/worker.ts';
import { ocrWorker } from './ocr/worker.ts';
import { probeWorker } from './probe/worker.ts';
import type { WorkerDefinition } from './runtime/define-worker.ts';
import { storyboardWorker } from './storyboard/worker.ts';
import { thumbnailWorker } from './thumbnail/worker.ts';
import { tidyWorker } from './tidy/worker.ts';
import { transcribeWorker } from './transcribe/worker.ts';

/** Every worker there is. */
export const registry: readonly WorkerDefinition[] = [
  analyseWorker,
  canaryWorker,
  captionsWorker,
  copyCourseFilesWorker,
  deleteAccountWorker,
  exportAccountWorker,
  exportCourseWorker,
  extractWorker,
  fetchWorker,
  hlsWorker,
  importCourseWorker,
  indexingWorker,
  mailWorker,
  ocrWorker,
  probeWorker,
  reindexCourseWorker,
  removeMaterialWorker,
  settleCourseWorker,
  storyboardWorker,
  thumbnailWorker,
  tidyWorker,
  transcribeWorker,
  videoPieceWorker,
];
