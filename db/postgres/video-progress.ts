import { sql } from 'kysely';
import { hlsMaterial, makeVideoPiece } from '../jobs/hls.ts';
import type { Db, Transaction } from './connect.ts';
import type { RunError } from './job-tables.ts';

/** How much of the work the picture is, where there is one. */
const pictureShare = 0.95;

/** How far a video is, from 0 to 1, by what of its picture and its sound is there. */
export async function measureVideo(db: Db, materialId: string): Promise<number> {
  const { rows } = await sql<{ picture: number | null; sound: number | null }>`
    select
      (select sum(to_s - from_s) filter (where done_at is not null)
        / greatest(max(duration_ms) / 1000.0, max(to_s), 0.001)
        from video_pieces join videos using (material_id)
        where material_id = ${materialId})::float8 as picture,
      (select min(case when is_whole then 1
        else least(1, coalesce(heard, 0) / greatest(duration_ms / 1000.0, 0.001)) end)
        from video_renditions r join videos using (material_id) left join lateral (
          select sum(duration_s) as heard from video_segments s
          where s.material_id = r.material_id and s.rendition = r.name) h on true
        where r.material_id = ${materialId} and kind = 'audio')::float8 as sound`.execute(db);
  const { picture, sound } = rows[0] ?? { picture: null, sound: null };
  const hasPicture = await hasPieces(db, materialId);
  if (!hasPicture) return sound ?? 0;
  if (sound === null) return picture ?? 0;
  return (picture ?? 0) * pictureShare + sound * (1 - pictureShare);
}

async function hasPieces(db: Db, materialId: string): Promise<boolean> {
  const piece = await db
    .selectFrom('video_pieces')
    .select('piece')
    .where('material_id', '=', materialId)
    .limit(1)
    .executeTakeFirst();
  return piece !== undefined;
}

/** All of the sound is there. */
export async function endVideoSound(tx: Transaction, materialId: string): Promise<void> {
  await tx
    .updateTable('video_renditions')
    .set({ is_whole: true })
    .where('material_id', '=', materialId)
    .where('kind', '=', 'audio')
    .execute();
}

/** Nobody can read it: the picture is played without. */
export async function dropVideoSound(tx: Transaction, materialId: string): Promise<void> {
  await tx
    .deleteFrom('video_renditions')
    .where('material_id', '=', materialId)
    .where('kind', '=', 'audio')
    .execute();
}

export async function hasOpenSound(db: Db, materialId: string): Promise<boolean> {
  const open = await db
    .selectFrom('video_renditions')
    .select('name')
    .where('material_id', '=', materialId)
    .where('kind', '=', 'audio')
    .where('is_whole', '=', false)
    .limit(1)
    .executeTakeFirst();
  return open !== undefined;
}

/**
 * Ends the making of a video when all of it is there, and its stage with it, if whoever began that waits.
 * Of two pieces that end at the same time the second sees both.
 */
export async function endVideoIfWhole(tx: Transaction, materialId: string): Promise<boolean> {
  const video = await tx
    .selectFrom('videos')
    .select(['run_id', 'plan'])
    .where('material_id', '=', materialId)
    .forUpdate()
    .executeTakeFirst();
  if (video === undefined || video.plan?.isComplete !== true) return false;
  const { rows } = await sql<{ isOpen: boolean }>`
    select exists (
      select from video_pieces where material_id = ${materialId} and done_at is null
    ) as "isOpen"`.execute(tx);
  if (rows[0]?.isOpen !== false || (await hasOpenSound(tx, materialId))) return false;
  const loss = video.plan.loss === undefined ? null : JSON.stringify(video.plan.loss);
  // One that is locked is being ended by its own worker, who waits for this video.
  await sql`
    with whole as (
      update video_renditions set is_whole = true where material_id = ${materialId}
    ), ended as (
      update runs set state = 'done', progress = 1, error = ${loss}::jsonb, finished_at = now(),
        fence = fence + 1
      where id in (
        select id from runs where id = ${video.run_id} and job = ${hlsMaterial.name}
          and state in ('queued', 'cancelled', 'failed')
        for update skip locked
      )
    )
    update videos set state = 'whole', updated_at = now()
    where material_id = ${materialId}`.execute(tx);
  return true;
}

/** Says of the stage that began it how far a video is. */
export async function noteVideoProgress(db: Db, materialId: string): Promise<void> {
  const progress = await measureVideo(db, materialId);
  await sql`
    update runs set progress = ${Math.min(1, progress)} where id in (
      select runs.id from videos join runs on runs.id = videos.run_id
      where material_id = ${materialId} and runs.state in ('queued', 'running')
      for update of runs skip locked
    )`.execute(db);
}

/** Why a piece of this round will not be made any more, if that is so. */
export async function findLostPiece(
  db: Db,
  { materialId, round }: { readonly materialId: string; readonly round: number },
): Promise<RunError | undefined> {
  const { rows } = await sql<{ error: RunError | null }>`
    select error from runs where subject = ${materialId} and job = ${makeVideoPiece.name}
      and (payload->>'round')::int = ${round} and state in ('failed', 'cancelled')
      and exists (
        select from video_pieces where material_id = ${materialId} and done_at is null
          and piece = (runs.payload->>'piece')::int
      )
    order by id limit 1`.execute(db);
  const lost = rows[0];
  return lost && (lost.error ?? { code: 'failed', message: 'A piece of this video failed.' });
}
