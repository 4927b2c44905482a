import { sql } from 'kysely';
import { sealMark } from '../objects/check-seal.ts';
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
    | 'text'
    | 'thumbnail'
    | 'poster'
    | 'storyboard'
    | 'segment';
  readonly id: string;
  /** Where the row says it. */
  readonly sizeBytes: number | null;
  /** Of an original. */
  readonly sha256: string | null;
};

const references = sql`
  select object_key as key, 'material' as what, id, size_bytes, sha256 from materials where sha256 not like 'pending:%'
  union all select object_key, 'version', material_id, size_bytes, sha256 from material_versions
  union all select object_key, 'scan', material_id, null, null from scans where object_key is not null
  union all select object_key, 'export', id, size_bytes, null from exports where object_key is not null
  union all select object_key, 'upload', upload_id, size_bytes, null from upload_parts
  union all
    select object_key, 'course export', id, size_bytes, null from course_exports where object_key is not null`;

/** Some rows that count on objects, by key; begin with an empty one and go on after the last. */
export async function listObjectRows(
  db: Db,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ObjectRow[]> {
  const { rows } = await sql<ObjectRow>`
    select key, what, id, size_bytes as "sizeBytes", sha256 from (${references}) as referenced
    where key > ${after} collate "C" order by key collate "C" limit ${limit}`.execute(db);
  return rows;
}

export async function listMaterialIds(
  db: Db,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<string[]> {
  let query = db.selectFrom('materials').select('id').orderBy('id').limit(limit);
  if (after !== undefined) query = query.where('id', '>', after);
  return (await query.execute()).map(({ id }) => id);
}

/** What of these materials must be there beside their originals, as far as their rows tell. */
export async function listDerivedRows(db: Db, ids: readonly string[]): Promise<ObjectRow[]> {
  const { rows } = await sql<ObjectRow>`
    with chosen as (
      select id, kind, media_type, page_count, analysis is not null as is_read,
        regexp_replace(object_key, '/[^/]*$', '') as folder,
        (select state from runs where subject = materials.id and job = 'material.thumbnail'
          order by id desc limit 1) = 'done' as is_drawn,
        exists (select from videos
          where material_id = materials.id and jsonb_exists(info, 'picture')) as has_picture
      from materials where id = any(${ids}::uuid[])
    )
    select folder || '/processed.txt' as key, 'text' as what, id, null::bigint as "sizeBytes",
      null as sha256 from chosen where is_read
    union all select folder || '/thumbnail.jpg', 'thumbnail', id, null, null from chosen
      where is_drawn and (has_picture or media_type ~ '^image/|^application/pdf$'
        -- Of one without slides there is nothing to draw.
        or media_type ~ 'powerpoint|presentationml' and page_count > 0)
    union all select folder || '/poster.jpg', 'poster', id, null, null from chosen
      where is_drawn and has_picture
    union all select sheet.key, 'storyboard', material_id, null, null from videos,
      jsonb_array_elements_text(coalesce(storyboard -> 'sheets', '[]')) as sheet(key)
      where material_id = any(${ids}::uuid[])
    union all select object_key, 'segment', material_id, size_bytes, null from video_segments
      where material_id = any(${ids}::uuid[])
    order by key`.execute(db);
  return rows;
}

/** Those of these keys that no row counts on, nor lies beside the file of a material that is there. */
export async function listOrphans(db: Db, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::text[]) as stored(key)
    where key <> ${sealMark} and not exists (select from (${references}) as referenced where referenced.key = stored.key)
      and not exists (
        select from materials where id::text = split_part(stored.key, '/', 3)
          and starts_with(stored.key, 'materials/' || course_id || '/' || id || '/'))
      and not exists (select from course_imports where course_imports.object_key = stored.key)`.execute(
    db,
  );
  return rows.map(({ key }) => key);
}
