import { deleteAccount, exportAccount } from './account.ts';
import { analyseMaterial } from './analyse.ts';
import { sendCanary } from './canary.ts';
import { captionMaterial } from './captions.ts';
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
import { hlsMaterial, makeVideoPiece } from './hls.ts';
import { indexMaterial } from './indexing.ts';
import { sendMail } from './mail.ts';
import { ocrMaterial } from './ocr.ts';
import { probeMaterial } from './probe.ts';
import { removeMaterialFiles } from './remove.ts';
import { storyboardMaterial } from './storyboard.ts';
import { thumbnailMaterial } from './thumbnail.ts';
import { tidySystem } from './tidy.ts';
import { transcribeMaterial } from './transcribe.ts';

/** Every job there is; each has a queue of the same name. */
export const contracts: readonly JobContract[] = [
  analyseMaterial,
  captionMaterial,
  copyCourseFiles,
  deleteAccount,
  exportAccount,
  exportCourse,
  extractMaterial,
  fetchMaterial,
  hlsMaterial,
  importCourse,
  indexMaterial,
  makeVideoPiece,
  ocrMaterial,
  probeMaterial,
  reindexCourse,
  removeMaterialFiles,
  sendCanary,
  sendMail,
  settleCourse,
  storyboardMaterial,
  thumbnailMaterial,
  tidySystem,
  transcribeMaterial,
];
