import { settleCourse } from '@lectern/db/jobs/course';
import { defineWorker } from '../runtime/define-worker.ts';
import { courseGone } from './course-gone.ts';
import { settleNow } from './settle-now.ts';

export const settleCourseWorker = defineWorker({
  name: 'course-settle',
  job: settleCourse,
  concurrency: 4,
  handle: async (context) => {
    const { courseId, isWhole = false } = context.payload;
    if (!(await settleNow(context, { courseId, isWhole }))) throw courseGone();
  },
});
