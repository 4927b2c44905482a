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
