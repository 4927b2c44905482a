import { sql } from 'kysely';
import { Compile } from 'typebox/compile';
import { MediaInfo } from '../materials/media-info.ts';
import type { Db, Transaction } from './connect.ts';
import { setFileFacts } from './material-source.ts';

const mediaInfo = Compile(MediaInfo);

const toMs = (seconds: number) => Math.round(seconds * 1_000);

/** What was found in a recording. What was made of it stays, until there is something better. */
export async function setMediaInfo(
  tx: Transaction,
  materialId: string,
  info: MediaInfo,
): Promise<void> {
  await sql`
    insert into videos (material_id, duration_ms, info, round)
    select id, ${toMs(info.durationS)}, ${JSON.stringify(info)}::jsonb, video_rounds + 1
    from materials where id = ${materialId}
    on conflict (material_id) do update set
      duration_ms = excluded.duration_ms, info = excluded.info, updated_at = now()`.execute(tx);
  const kind = info.picture === undefined ? 'audio' : 'video';
  await tx.updateTable('materials').set({ kind }).where('id', '=', materialId).execute();
  await setFileFacts(tx, materialId, {
    ...(info.title !== undefined && { title: info.title }),
    ...(info.author !== undefined && { author: info.author }),
    ...(info.durationS > 0 && { durationMs: toMs(info.durationS) }),
  });
}

/** Undefined where nobody has looked yet. */
export async function findMediaInfo(db: Db, materialId: string): Promise<MediaInfo | undefined> {
  const row = await db
    .selectFrom('videos')
    .select('info')
    .where('material_id', '=', materialId)
    .executeTakeFirst();
  return row !== undefined && mediaInfo.Check(row.info) ? row.info : undefined;
}
