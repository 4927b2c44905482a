import { type CoursePermission, mayInCourse } from '@lectern/db/access/permissions';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Db } from '@lectern/db/postgres/connect';
import { type Course, findCourse, standingIn } from '@lectern/db/postgres/courses';
import { forbidden, notFound } from '../problems/problem.ts';

/** The course, for somebody who may do this in it: not found for those who may not see it at all. */
export async function getCourse(
  db: Db,
  viewer: Viewer,
  { id, permission }: { readonly id: string; readonly permission: CoursePermission },
): Promise<Course> {
  const course = await findCourse(db, viewer, id);
  if (course === undefined) throw notFound('course');
  if (mayInCourse(viewer, permission, standingIn(course))) return course;
  throw forbidden(
    course.my_role === null
      ? 'You may see this course and not more. Ask one of its owners for a role in it.'
      : `Your role in this course is ${course.my_role}, which is not enough. Ask one of its owners.`,
  );
}
