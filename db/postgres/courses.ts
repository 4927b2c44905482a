import { type ExpressionBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';
import type { Viewer } from './sessions.ts';
import type { Tables } from './tables.ts';

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

const columns = [
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

/** Whether a person may see a course: its owner, admins, and everybody once it is out in public. */
export function isVisibleTo(viewer: Viewer) {
  return (eb: ExpressionBuilder<Tables, 'courses'>) => {
    if (viewer.role === 'admin') return eb.lit(true);
    return eb.or([
      eb('courses.owner_id', '=', viewer.id),
      eb.and([eb('courses.visibility', '=', 'public'), eb('courses.status', '=', 'published')]),
    ]);
  };
}

export function mayChange(viewer: Viewer, course: Pick<Course, 'owner_id'>): boolean {
  return viewer.role === 'admin' || viewer.id === course.owner_id;
}

/** Adds a course; when its id is there already, a repeated request made it, and that row is given. */
export async function insertCourse(db: Db, viewer: Viewer, course: NewCourse): Promise<Course> {
  const inserted = await db
    .insertInto('courses')
    .values({ ...course, owner_id: viewer.id, level: course.level ?? null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning(columns)
    .executeTakeFirst();
  if (inserted !== undefined) return inserted;
  return db
    .selectFrom('courses')
    .select(columns)
    .where('id', '=', course.id)
    .where('owner_id', '=', viewer.id)
    .executeTakeFirstOrThrow();
}

export function findCourse(db: Db, viewer: Viewer, id: string): Promise<Course | undefined> {
  return db
    .selectFrom('courses')
    .select(columns)
    .where('id', '=', id)
    .where(isVisibleTo(viewer))
    .executeTakeFirst();
}

/** Newest first. */
export function listCourses(db: Db, viewer: Viewer, filter: CourseFilter): Promise<Course[]> {
  const { after, limit, text, tag, status, mine = false } = filter;
  return db
    .selectFrom('courses')
    .select(columns)
    .where(isVisibleTo(viewer))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .$if(text !== undefined, (query) => query.where('title', 'ilike', holding(text ?? '')))
    .$if(tag !== undefined, (query) => query.where(sql<boolean>`${tag} = any(tags)`))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'draft'))
    .$if(mine, (query) => query.where('owner_id', '=', viewer.id))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** A pattern for texts that hold this one, whatever characters it has. */
function holding(text: string): string {
  return `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;
}
