import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';

const SettlePayload = Type.Object(
  {
    courseId: Id,
    /** Whether rows and index are written anew, as when they were lost. */
    isWhole: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** Brings rows, history and index up to what a course's document says, and compacts it. */
export const settleCourse = defineJob({ name: 'course.settle', payload: SettlePayload });

/** Writes a course into a file that can be kept, read or brought in elsewhere. */
export const exportCourse = defineJob({
  name: 'course.export',
  payload: Type.Object({ exportId: Id }, { additionalProperties: false }),
  deadlineMs: 60 * 60_000,
});

/** Makes courses of a file that somebody brought. */
export const importCourse = defineJob({
  name: 'course.import',
  payload: Type.Object({ importId: Id }, { additionalProperties: false }),
  deadlineMs: 60 * 60_000,
});

/** Gives a course that was duplicated the files of the one that it was made of. */
export const copyCourseFiles = defineJob({
  name: 'course.copy',
  payload: Type.Object({ courseId: Id, fromCourseId: Id }, { additionalProperties: false }),
  deadlineMs: 60 * 60_000,
});

/** Indexes a course anew: its materials one after the other, then its nodes. */
export const reindexCourse = defineJob({
  name: 'course.reindex',
  payload: Type.Object(
    {
      courseId: Id,
      /** The last of the materials that are done. */
      afterId: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  deadlineMs: 6 * 60 * 60_000,
});
