import type { CourseRole } from '@lectern/db/postgres/tables';
import type { Caller } from './fresh-api.ts';
import { freshCourse } from './fresh-course.ts';

/** A course with people of each role, who comment on it. */
export async function freshComments() {
  const course = await freshCourse();
  const { store, courseId, me: owner } = course;
  const url = `/v1/courses/${courseId}/comments`;
  const join = async (role: CourseRole): Promise<Caller> => {
    const caller = await course.logIn();
    const row = { course_id: courseId, user_id: caller.userId, role };
    await store.postgres.insertInto('course_members').values(row).execute();
    return caller;
  };
  const people = {
    owner,
    editor: await join('editor'),
    commenter: await join('commenter'),
    learner: await join('learner'),
    stranger: await course.logIn(),
  };
  const post = (who: Caller, body: object, headers: Record<string, string> = {}) =>
    who.call('POST', url, { body, headers });
  /** Says something, and gives its id. */
  const say = async (who: Caller, body: object): Promise<string> => {
    const answer = await post(who, { body: 'Words.', ...body });
    if (answer.statusCode === 201) return answer.json().id;
    throw new Error(`a comment was answered with ${answer.statusCode}: ${answer.body}`);
  };
  const change = (who: Caller, id: string, body: object) =>
    who.call('PATCH', `${url}/${id}`, { body });
  const listRows = () => store.postgres.selectFrom('comments').selectAll().orderBy('id').execute();
  return { ...course, ...people, url, post, say, change, listRows };
}
