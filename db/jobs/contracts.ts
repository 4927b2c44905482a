import { deleteAccount, exportAccount } from './account.ts';
import { analyseMaterial } from './analyse.ts';
import { sendCanary } from './canary.ts';
import {
  copyCourseFiles,
  exportCourse,
  importCourse,
  reindexCourse,
  settleCourse,
} from './course.ts';
import type { JobContract } from './define-job.ts';
import { extractMaterial } from './extract.ts';
import { fetchMaterial } from './fetch.ts';
import { indexMaterial } from './indexing.ts';
import { sendMail } from './mail.ts';
import { ocrMaterial } from './ocr.ts';
import { removeMaterialFiles } from './remove.ts';
import { thumbnailMaterial } from './thumbnail.ts';
import { tidySystem } from './tidy.ts';

/** Every job there is; each has a queue of the same name. */
export const contracts: readonly JobContract[] = [
  analyseMaterial,
  copyCourseFiles,
  deleteAccount,
  exportAccount,
  exportCourse,
  extractMaterial,
  fetchMaterial,
  importCourse,
  indexMaterial,
  ocrMaterial,
  reindexCourse,
  removeMaterialFiles,
  sendCanary,
  sendMail,
  settleCourse,
  thumbnailMaterial,
  tidySystem,
];
