import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** A row that counts on an object. */
export type ObjectRow = {
  readonly key: string;
  readonly what:
    | 'material'
    | 'version'
    | 'scan'
    | 'export'
    | 'upload'
    | 'course export'
    | 'course import';
  readonly id: string;
  /** Where the row says it. */
  readonly sizeBytes: number | null;
};

const references = sql`
  select object_key as key, 'material' as what, id, size_bytes from materials where sha256 not like 'pending:%'
  union all select object_key, 'version', material_id, size_bytes from material_versions
  union all select object_key, 'scan', material_id, null from scans where object_key is not null
  union all select object_key, 'export', id, size_bytes from exports where object_key is not null
  union all select object_key, 'upload', upload_id, size_bytes from upload_parts
  union all
    select object_key, 'course export', id, size_bytes from course_exports where object_key is not null`;

/** Some rows that count on objects, by key; begin with an empty one and go on after the last. */
export async function listObjectRows(
  db: Db,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ObjectRow[]> {
  const { rows } = await sql<ObjectRow>`
    select key, what, id, size_bytes as "sizeBytes" from (${references}) as referenced
    where key > ${after} collate "C" order by key collate "C" limit ${limit}`.execute(db);
  return rows;
}

/** Those of these keys that no row counts on, nor lies beside the file of a material that is there. */
export async function listOrphans(db: Db, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::text[]) as stored(key)
    where not exists (select from (${references}) as referenced where referenced.key = stored.key)
      and not exists (
        select from materials where id::text = split_part(stored.key, '/', 3)
          and starts_with(stored.key, 'materials/' || course_id || '/' || id || '/'))
      and not exists (select from course_imports where course_imports.object_key = stored.key)`.execute(
    db,
  );
  return rows.map(({ key }) => key);
}
