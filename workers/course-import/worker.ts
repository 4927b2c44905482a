import { importCourse } from '@lectern/db/jobs/course';
import type { ImportItem, VerifiedCourse } from '@lectern/db/jobs/import-report';
import { ObjectMissing, type Objects } from '@lectern/db/objects/objects';
import {
  type CourseImport,
  findImportToRun,
  finishCourseImport,
} from '@lectern/db/postgres/course-imports';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { type CourseFile, type Draft, Refusal } from './draft.ts';
import { CourseTooLarge, importGone, makeCourse, type Making } from './make-course.ts';
import { readInThread } from './read-in-thread.ts';
import { writeReport } from './write-report.ts';

/** Makes courses of a file: reads it, makes of each course in it what can be made, and tells of all. */
export const importCourseWorker = defineWorker({
  name: 'course-import',
  job: importCourse,
  concurrency: 1,
  handle: async ({ payload: { importId }, run, store, signal, save, log, progress }) => {
    const asked = await findImportToRun(store.postgres, importId);
    if (asked === undefined) throw importGone();
    if (asked.finished_at !== null) return;
    const { format, drafts, items: others } = await readGiven(store.objects, asked, signal);
    const author = { userId: asked.user_id, requestId: run.request_id, address: null };
    const making: Making = { store, signal, save, asked, author };

    const items: ImportItem[] = [...others];
    const verified: VerifiedCourse[] = [];
    for (const [done, draft] of drafts.entries()) {
      signal.throwIfAborted();
      progress((done + 1) / (drafts.length + 1));
      const made = await makeUnlessTooLarge(making, draft);
      items.push(...(made === undefined ? leaveOut(draft) : draft.items));
      if (made !== undefined) verified.push(made);
    }
    if (verified.length === 0) throw new Cancel('course_too_large', tooLarge);
    const report = writeReport(format, { items, verified });
    log.info({ format, courses: verified.length, counts: report.counts }, 'imported courses');
    return async (tx) => {
      if (!(await finishCourseImport(tx, importId, report))) throw importGone();
    };
  },
});

async function readGiven(
  objects: Objects,
  asked: CourseImport,
  signal: AbortSignal,
): Promise<CourseFile> {
  const bytes = await readWhole(objects, asked);
  try {
    return await readInThread({ importId: asked.id, fileName: asked.file_name, bytes }, signal);
  } catch (error) {
    throw error instanceof Refusal ? new Cancel(error.code, error.message) : error;
  }
}

/** In memory of its own, so that it can be given away. */
async function readWhole(objects: Objects, asked: CourseImport): Promise<Uint8Array> {
  const bytes = new Uint8Array(asked.size_bytes);
  let at = 0;
  try {
    for await (const chunk of await objects.read(asked.object_key)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
  } catch (cause) {
    if (!(cause instanceof ObjectMissing)) throw cause;
    throw new Cancel('import_gone', 'The file was removed before it was read.', { cause });
  }
  return bytes;
}

const tooLarge = 'The course is larger than a course can be. Divide it.';

async function makeUnlessTooLarge(
  making: Making,
  draft: Draft,
): Promise<VerifiedCourse | undefined> {
  try {
    return await makeCourse(making, draft);
  } catch (error) {
    if (error instanceof CourseTooLarge) return undefined;
    throw error;
  }
}

function leaveOut({ id, title }: Draft): ImportItem[] {
  return [{ kind: 'course', id, title, result: 'left_out', reason: tooLarge }];
}
