import type { Store } from '@lectern/db/open';
import { purgeCourse } from '@lectern/db/postgres/course-life';

/** Removes deleted courses that nobody asked back in time. Their files, then without a row, go later. */
export async function purgeCourses(
  { postgres }: Pick<Store, 'postgres'>,
  signal: AbortSignal,
): Promise<number> {
  for (let purged = 0; ; purged++) {
    signal.throwIfAborted();
    const courseId = await postgres.transaction().execute(purgeCourse);
    if (courseId === undefined) return purged;
  }
}
