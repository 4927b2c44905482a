import type { FieldVersion } from '../graph/document-tasks.ts';
import type { Db } from './connect.ts';

/** Which fields of these elements changed after a version, as far as the course was settled. */
export function listFieldVersions(
  db: Db,
  {
    courseId,
    elements,
    baseVersion,
  }: {
    readonly courseId: string;
    readonly elements: readonly string[];
    readonly baseVersion: number;
  },
): Promise<FieldVersion[]> {
  if (elements.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('graph_changes')
    .select(['element', 'field', 'version'])
    .where('course_id', '=', courseId)
    .where('element', 'in', elements)
    .where('version', '>', baseVersion)
    .execute();
}
