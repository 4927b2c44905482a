import { type ExpressionBuilder, sql } from 'kysely';
import {
  type CoursePermission,
  mayAnywhere,
  ruleOf,
  type Standing,
} from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import { type Author, draftAudit } from './audit.ts';
import type { Db } from './connect.ts';
import type { CourseRole, Tables } from './tables.ts';

export type Course = {
  readonly id: string;
  readonly owner_id: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly level: string | null;
  readonly tags: string[];
  readonly visibility: 'private' | 'public';
  readonly status: 'draft' | 'published';
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** The asker's role in the course; null for those who have none. */
  readonly my_role: CourseRole | null;
};

export type NewCourse = {
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly language?: string | undefined;
  readonly level?: string | undefined;
  readonly tags?: string[] | undefined;
  readonly visibility?: 'private' | 'public' | undefined;
};

export type CourseFilter = {
  /** Courses that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly text?: string | undefined;
  readonly tag?: string | undefined;
  readonly status?: 'draft' | 'published' | undefined;
  readonly mine?: boolean | undefined;
};

export const courseColumns = [
  'id',
  'owner_id',
  'title',
  'description',
  'language',
  'level',
  'tags',
  'visibility',
  'status',
  'version',
  'created_at',
  'updated_at',
] as const;

/** Leaves of courses those in which the table of permissions allows this to the person. */
export function isAllowed(viewer: Viewer, permission: CoursePermission) {
  return (eb: ExpressionBuilder<Tables, 'courses'>) => {
    const { own = [], open } = ruleOf(permission);
    const isThere = eb('courses.deleted_at', 'is', null);
    if (mayAnywhere(viewer, permission)) return isThere;
    const mayIn = eb.or([
      eb.exists(roleIn(eb, viewer).where('course_members.role', 'in', own)),
      ...(open === true
        ? [
            eb.and([
              eb('courses.visibility', '=', 'public'),
              eb('courses.status', '=', 'published'),
            ]),
          ]
        : []),
    ]);
    return eb.and([isThere, mayIn]);
  };
}

export function roleIn(eb: ExpressionBuilder<Tables, 'courses'>, viewer: Viewer) {
  return eb
    .selectFrom('course_members')
    .select('course_members.role')
    .whereRef('course_members.course_id', '=', 'courses.id')
    .where('course_members.user_id', '=', viewer.id);
}

/** What decides what the asker of this course may do in it. */
export function standingIn({ my_role: role, visibility, status }: Course): Standing {
  return { role, isOpen: visibility === 'public' && status === 'published' };
}

export function selectCourses(db: Db, viewer: Viewer) {
  return db
    .selectFrom('courses')
    .select(courseColumns)
    .select((eb) => roleIn(eb, viewer).as('my_role'));
}

/**
 * Adds a course, its owner and what the log says of it, in one statement; when its id is there already,
 * a repeated request made it, and that row is given.
 */
export async function insertCourse(
  db: Db,
  viewer: Viewer,
  { course, author }: { readonly course: NewCourse; readonly author: Author },
): Promise<Course> {
  const { title, visibility = 'private' } = course;
  const audit = draftAudit(author, {
    action: 'course.create',
    subject: { type: 'course', id: course.id },
    after: { title, visibility },
  });
  const inserted = await db
    .with('inserted', (cte) =>
      cte
        .insertInto('courses')
        .values({ ...course, owner_id: viewer.id, level: course.level ?? null })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning(courseColumns),
    )
    .with('owner', (cte) =>
      cte
        .insertInto('course_members')
        .columns(['course_id', 'user_id', 'role'])
        .expression((eb) =>
          eb
            .selectFrom('inserted')
            .select(['inserted.id', 'inserted.owner_id', sql.lit('owner').as('role')]),
        ),
    )
    .with('logged', (cte) =>
      cte
        .insertInto('audit_log')
        .columns(auditColumns)
        .expression((eb) =>
          eb
            .selectFrom('inserted')
            .select([
              sql<string>`${audit.id}::uuid`.as('id'),
              sql<string>`${audit.actor_id}::uuid`.as('actor_id'),
              sql<string>`${audit.action}::text`.as('action'),
              sql<string>`${audit.subject_type}::text`.as('subject_type'),
              sql<string>`${audit.subject_id}::uuid`.as('subject_id'),
              sql<null>`${audit.after}::jsonb`.as('after'),
              sql<string>`${audit.request_id}::text`.as('request_id'),
              sql<string>`${audit.address}::text`.as('address'),
            ]),
        ),
    )
    .selectFrom('inserted')
    .selectAll()
    .executeTakeFirst();
  if (inserted !== undefined) return { ...inserted, my_role: 'owner' };
  return selectCourses(db, viewer)
    .where('id', '=', course.id)
    .where('owner_id', '=', viewer.id)
    .executeTakeFirstOrThrow();
}

const auditColumns = [
  'id',
  'actor_id',
  'action',
  'subject_type',
  'subject_id',
  'after',
  'request_id',
  'address',
] as const;

export function findCourse(db: Db, viewer: Viewer, id: string): Promise<Course | undefined> {
  return selectCourses(db, viewer)
    .where('id', '=', id)
    .where(isAllowed(viewer, 'course.read'))
    .executeTakeFirst();
}

/** Newest first. */
export function listCourses(db: Db, viewer: Viewer, filter: CourseFilter): Promise<Course[]> {
  const { after, limit, text, tag, status, mine = false } = filter;
  return selectCourses(db, viewer)
    .where(isAllowed(viewer, 'course.read'))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .$if(text !== undefined, (query) => query.where('title', 'ilike', holding(text ?? '')))
    .$if(tag !== undefined, (query) => query.where(sql<boolean>`${tag} = any(tags)`))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'draft'))
    .$if(mine, (query) => query.where(isOwnedBy(viewer)))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** A pattern for texts that hold this one, whatever characters it has. */
function holding(text: string): string {
  return `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;
}

function isOwnedBy(viewer: Viewer) {
  return (eb: ExpressionBuilder<Tables, 'courses'>) =>
    eb.exists(roleIn(eb, viewer).where('course_members.role', '=', 'owner'));
}
