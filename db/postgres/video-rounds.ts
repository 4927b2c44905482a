import { sql } from 'kysely';
import type { MediaInfo } from '../materials/media-info.ts';
import type { VideoPlan } from '../materials/video-plan.ts';
import type { Transaction } from './connect.ts';
import type { Tables } from './tables.ts';

// Each time that a video is made is a round; what belongs to an earlier one is not played any more.

export type VideoRound = {
  readonly round: number;
  readonly key: Buffer;
  /** As far as somebody has made one. */
  readonly plan: VideoPlan | null;
  readonly info: Partial<MediaInfo>;
  /** It had been begun by this run before. */
  readonly isResumed: boolean;
};

type Begun = {
  readonly materialId: string;
  readonly runId: string;
  /** Of AES-128, for a new round. */
  readonly key: Buffer;
};

/** The round that this run makes; undefined where nobody has looked at the file yet. */
export async function beginVideoRound(
  tx: Transaction,
  { materialId, runId, key }: Begun,
): Promise<VideoRound | undefined> {
  const video = await tx
    .selectFrom('videos')
    .select(['round', 'key', 'plan', 'info', 'run_id'])
    .where('material_id', '=', materialId)
    .forUpdate()
    .executeTakeFirst();
  if (video === undefined) return undefined;
  const { info, plan } = video;
  if (video.run_id === runId && video.key !== null) {
    return { round: video.round, key: video.key, plan, info, isResumed: true };
  }
  // Segments go with their renditions.
  for (const table of ['video_renditions', 'video_pieces'] as const) {
    await tx.deleteFrom(table).where('material_id', '=', materialId).execute();
  }
  const round = video.key === null ? video.round : video.round + 1;
  await tx
    .updateTable('videos')
    .set({ round, key, run_id: runId, plan: null, state: 'making', updated_at: new Date() })
    .where('material_id', '=', materialId)
    .execute();
  return { round, key, plan: null, info, isResumed: false };
}

export type NewRendition = Omit<
  Tables['video_renditions'],
  'material_id' | 'is_default' | 'is_whole'
> & {
  readonly is_default: boolean;
};

/** What the video is made into; together with it the first piece, if it has a picture. */
export async function setVideoPlan(
  tx: Transaction,
  materialId: string,
  { plan, renditions }: { readonly plan: VideoPlan; readonly renditions: readonly NewRendition[] },
): Promise<void> {
  await setPlan(tx, materialId, plan);
  if (renditions.length === 0) return;
  await tx
    .insertInto('video_renditions')
    .values(renditions.map((rendition) => ({ ...rendition, material_id: materialId })))
    .execute();
}

export async function setPlan(tx: Transaction, materialId: string, plan: VideoPlan): Promise<void> {
  await tx
    .updateTable('videos')
    .set({ plan: JSON.stringify(plan), updated_at: new Date() })
    .where('material_id', '=', materialId)
    .execute();
}

/** Lets whoever looks next begin a round anew, in which nothing is copied. */
export async function leaveVideoRound(tx: Transaction, materialId: string): Promise<void> {
  await sql`
    update videos set run_id = null, info = jsonb_set(info, '{picture,isUncuttable}', 'true')
    where material_id = ${materialId}`.execute(tx);
}

/** Whether this is still the round that is made; until the transaction ends nobody begins another. */
export async function holdVideoRound(
  tx: Transaction,
  { materialId, round }: { readonly materialId: string; readonly round: number },
): Promise<boolean> {
  const video = await tx
    .selectFrom('videos')
    .select('round')
    .where('material_id', '=', materialId)
    .where('round', '=', round)
    .forUpdate()
    .executeTakeFirst();
  return video !== undefined;
}

/** How long it really plays, whatever its file says. */
export async function setVideoDuration(
  tx: Transaction,
  materialId: string,
  durationS: number,
): Promise<void> {
  const durationMs = Math.round(durationS * 1_000);
  await sql`
    with shown as (
      update materials set duration_ms = ${durationMs} where id = ${materialId}
    )
    update videos set duration_ms = ${durationMs}, updated_at = now()
    where material_id = ${materialId}`.execute(tx);
}
