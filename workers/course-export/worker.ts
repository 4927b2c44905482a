import { Readable } from 'node:stream';
import { exportCourse } from '@lectern/db/jobs/course';
import { ObjectMissing, type Objects } from '@lectern/db/objects/objects';
import {
  courseExportKeyOf,
  findCourseExportById,
  findCourseState,
  finishCourseExport,
} from '@lectern/db/postgres/course-exports';
import type { CourseExportFormat } from '@lectern/db/postgres/graph-tables';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { packZip } from '../zip/pack-zip.ts';
import { listHtmlEntries } from './html/list-html-entries.ts';
import { listMarkdownEntries } from './markdown/list-markdown-entries.ts';
import { type CourseSource, readCourse } from './read-course.ts';
import { writeCourseJson } from './write-course-json.ts';

/** Writes a course into a file: to be brought in elsewhere, to be edited as text, or to be read. */
export const exportCourseWorker = defineWorker({
  name: 'course-export',
  job: exportCourse,
  concurrency: 2,
  handle: async ({ payload: { exportId }, store, signal, log, progress }) => {
    const { postgres, objects } = store;
    const asked = await findCourseExportById(postgres, exportId);
    if (asked === undefined) throw exportGone();
    // Before the course is read: what changes meanwhile makes the next who asks get a new export.
    const state = await findCourseState(postgres, asked.course_id);
    const contents = await readCourse(store, asked.course_id);
    if (state === undefined || contents === undefined) throw exportGone();

    let done = 0;
    const { materials } = contents;
    const open: CourseSource['open'] = async ({ objectKey: key }) => {
      progress(done++ / materials.length);
      return openIfThere(objects, key);
    };
    const objectKey = courseExportKeyOf(asked, state);
    const source = writeFormat(asked.format, { ...contents, exportedAt: asked.created_at, open });
    const { sizeBytes } = await objects.write(objectKey, source, { signal });
    // Whoever deletes the row removes the object after that, and it may have come after them.
    if ((await findCourseExportById(postgres, exportId)) === undefined) {
      await objects.remove(objectKey);
      throw exportGone();
    }
    log.info({ format: asked.format, materials: done, sizeBytes }, 'exported a course');
    return async (tx) => {
      if (!(await finishCourseExport(tx, { exportId, objectKey, sizeBytes }))) throw exportGone();
    };
  },
});

function writeFormat(format: CourseExportFormat, source: CourseSource): AsyncIterable<Uint8Array> {
  switch (format) {
    case 'json':
      return writeCourseJson(source);
    case 'markdown':
      return packZip(listMarkdownEntries(source));
    case 'html':
      return packZip(listHtmlEntries(source));
  }
}

async function openIfThere(objects: Objects, key: string): Promise<Readable | undefined> {
  try {
    return await objects.read(key);
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
}

function exportGone(): Cancel {
  return new Cancel('export_gone', 'The export or its course was removed before it was written.');
}
