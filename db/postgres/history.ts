import { sql } from 'kysely';
import type { Db } from './connect.ts';
import type { ElementKind, FieldChanges, HistoryAction } from './graph-tables.ts';

/** What one person did to one node or edge, at a time. */
export type HistoryEntry = {
  readonly id: string;
  /** Null when the account is gone, or a program of the house did it. */
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly kind: ElementKind;
  readonly element_id: string;
  readonly title: string;
  readonly action: HistoryAction;
  readonly changes: FieldChanges;
  readonly from_version: number;
  readonly to_version: number;
  readonly started_at: Date;
  readonly ended_at: Date;
};

export type HistoryFilter = {
  readonly courseId: string;
  readonly element?: { readonly kind: ElementKind; readonly id: string } | undefined;
  /** Entries that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Newest first. */
export function listHistory(
  db: Db,
  { courseId, element, after, limit }: HistoryFilter,
): Promise<HistoryEntry[]> {
  return db
    .selectFrom('course_history')
    .select(['id', 'element_kind as kind', 'element_id', 'title', 'action', 'changes'])
    .select(['from_version', 'to_version', 'started_at', 'ended_at'])
    .select(
      sql<HistoryEntry['user']>`(
        select json_build_object('id', users.id, 'name', users.name)
        from users where users.id = course_history.user_id
      )`.as('user'),
    )
    .where('course_id', '=', courseId)
    .where((eb) =>
      eb.and([
        ...(element === undefined
          ? []
          : [eb('element_id', '=', element.id), eb('element_kind', '=', element.kind)]),
        ...(after === undefined ? [] : [eb('id', '<', after)]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
