import { sql } from 'kysely';
import { makeVideoPiece } from '../jobs/hls.ts';
import type { MediaInfo } from '../materials/media-info.ts';
import type { VideoPlan } from '../materials/video-plan.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueueMany } from './enqueue.ts';
import type { ClaimedRun } from './runs.ts';
import type { Tables } from './tables.ts';

export type VideoPiece = {
  readonly piece: number;
  readonly from_s: number;
  readonly to_s: number;
  readonly cuts: number[];
};

export type ListedPiece = VideoPiece & { readonly isDone: boolean };

export async function listVideoPieces(db: Db, materialId: string): Promise<ListedPiece[]> {
  return await db
    .selectFrom('video_pieces')
    .select(['piece', 'from_s', 'to_s', 'cuts'])
    .select(sql<boolean>`done_at is not null`.as('isDone'))
    .where('material_id', '=', materialId)
    .orderBy('piece')
    .execute();
}

export type PieceWork = VideoPiece & {
  readonly key: Buffer | null;
  readonly plan: VideoPlan | null;
  readonly info: Partial<MediaInfo>;
  readonly isDone: boolean;
  /** How many there are, made or not. */
  readonly pieces: number;
};

/** What a worker has to know to make a piece; undefined when its round is over. */
export function findPieceWork(
  db: Db,
  { materialId, round, piece }: { materialId: string; round: number; piece: number },
): Promise<PieceWork | undefined> {
  return db
    .selectFrom('video_pieces')
    .innerJoin('videos', 'videos.material_id', 'video_pieces.material_id')
    .select(['piece', 'from_s', 'to_s', 'cuts', 'key', 'plan', 'info'])
    .select(sql<boolean>`done_at is not null`.as('isDone'))
    .select(
      sql<number>`(select count(*)::int from video_pieces p where p.material_id = videos.material_id)`.as(
        'pieces',
      ),
    )
    .where('videos.material_id', '=', materialId)
    .where('videos.round', '=', round)
    .where('piece', '=', piece)
    .executeTakeFirst();
}

export async function addVideoPieces(
  tx: Transaction,
  materialId: string,
  pieces: readonly VideoPiece[],
): Promise<void> {
  if (pieces.length === 0) return;
  await tx
    .insertInto('video_pieces')
    .values(pieces.map((piece) => ({ ...piece, material_id: materialId })))
    .execute();
}

/** The first piece was planned before anybody knew where the video ends. */
export async function replaceFirstPiece(
  tx: Transaction,
  materialId: string,
  { to_s, cuts }: VideoPiece,
): Promise<void> {
  await tx
    .updateTable('video_pieces')
    .set({ to_s, cuts, done_at: null })
    .where('material_id', '=', materialId)
    .where('piece', '=', 0)
    .where('to_s', '!=', to_s)
    .execute();
}

/** Puts pieces out for whoever is free, the first one first. */
export async function enqueueVideoPieces(
  tx: Transaction,
  { materialId, round, pieces }: { materialId: string; round: number; pieces: readonly number[] },
  run: Pick<ClaimedRun, 'owner' | 'request_id'>,
): Promise<void> {
  const meta = {
    subject: materialId,
    ...(run.owner !== null && { owner: run.owner }),
    ...(run.request_id !== null && { requestId: run.request_id }),
  };
  const runs = pieces.map((piece) => ({ payload: { materialId, round, piece }, meta }));
  if (runs.length > 0) await enqueueMany(tx, makeVideoPiece, runs);
}

export type NewSegment = Omit<Tables['video_segments'], 'material_id'>;

/** Adds segments; one that was made before is as this one is. */
export async function addVideoSegments(
  tx: Transaction,
  materialId: string,
  segments: readonly NewSegment[],
): Promise<void> {
  if (segments.length === 0) return;
  await tx
    .insertInto('video_segments')
    .values(segments.map((segment) => ({ ...segment, material_id: materialId })))
    .onConflict((conflict) =>
      conflict.columns(['material_id', 'rendition', 'piece', 'number']).doUpdateSet((eb) => ({
        start_s: eb.ref('excluded.start_s'),
        duration_s: eb.ref('excluded.duration_s'),
        size_bytes: eb.ref('excluded.size_bytes'),
        object_key: eb.ref('excluded.object_key'),
      })),
    )
    .execute();
}

type MadePiece = {
  readonly materialId: string;
  readonly piece: number;
  /** As it was planned when somebody began to make it. */
  readonly toS: number;
};

/** The piece is there, in all renditions. */
export async function endVideoPiece(
  tx: Transaction,
  { materialId, piece, toS }: MadePiece,
): Promise<void> {
  await tx
    .updateTable('video_pieces')
    .set({ done_at: new Date() })
    .where('material_id', '=', materialId)
    .where('piece', '=', piece)
    .where('to_s', '=', toS)
    .execute();
}
