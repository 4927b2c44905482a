import { sql } from 'kysely';
import type { Standing } from '../access/permissions.ts';
import type { Db } from './connect.ts';
import type { GlobalRole } from './tables.ts';

/** The global role behind each login or personal token that still lasts, by its id. */
export async function listLiveLogins(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, GlobalRole>> {
  const { rows } = await sql<{ id: string; role: GlobalRole }>`
    select login.id, users.role from (
      select id, user_id, expires_at from sessions where id = any(${ids}::uuid[])
      union all
      select id, user_id, expires_at from tokens where id = any(${ids}::uuid[])
    ) as login
    join users on users.id = login.user_id
    where login.expires_at > now() and users.deleting_at is null`.execute(db);
  return new Map(rows.map(({ id, role }) => [id, role]));
}

export type StandingKey = { readonly userId: string; readonly courseId: string };

export type CourseStanding = Standing & {
  /** Whether the course's document says what is right in a quiz. */
  readonly hasAnswers: boolean;
};

/** What people are in courses now, in the order of the keys; undefined for a course that is gone. */
export async function listStandings(
  db: Db,
  keys: readonly StandingKey[],
): Promise<(CourseStanding | undefined)[]> {
  const { rows } = await sql<CourseStanding & { exists: boolean }>`
    select courses.id is not null as exists, course_members.role,
      coalesce(courses.visibility = 'public' and courses.status = 'published', false) as "isOpen",
      coalesce(document.has_answers, false) as "hasAnswers"
    from unnest(
      ${keys.map(({ userId }) => userId)}::uuid[],
      ${keys.map(({ courseId }) => courseId)}::uuid[]
    ) with ordinality as key(user_id, course_id, number)
    left join courses on courses.id = key.course_id and courses.deleted_at is null
    left join course_documents as document on document.course_id = courses.id
    left join course_members on course_members.course_id = key.course_id
      and course_members.user_id = key.user_id
    order by key.number`.execute(db);
  return rows.map(({ exists, ...standing }) => (exists ? standing : undefined));
}
