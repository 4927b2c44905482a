import { randomBytes } from 'node:crypto';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { endVideo, insertVideo, type MadeVideo } from './insert-video.ts';
import { makeSegments } from './make-segments.ts';

type Place = { readonly courseId: string; readonly ownerId: string };

export type AddVideoOptions = {
  readonly isWhole?: boolean;
  readonly only?: 'audio' | 'video';
  /** What it is made of; without, colour bars and tones. */
  readonly made?: MadeVideo;
};

export type AddedVideo = {
  readonly materialId: string;
  readonly key: Buffer;
  /** Ends a piece, as its worker would. */
  endPiece(piece: number): Promise<void>;
  reopenPiece(piece: number): Promise<void>;
  /** All is there. */
  end(): Promise<void>;
};

/** A video in a course, of real segments that ffmpeg encrypted, with the rows that its makers write. */
export async function addVideo(
  store: Pick<Store, 'postgres' | 'objects'>,
  { courseId, ownerId }: Place,
  { isWhole = true, only, made: given }: AddVideoOptions = {},
): Promise<AddedVideo> {
  const { postgres } = store;
  const made = given ?? (await makeSegments());
  const materialId = newId();
  await postgres
    .insertInto('materials')
    .values({
      id: materialId,
      course_id: courseId,
      owner_id: ownerId,
      file_name: 'lecture.mp4',
      media_type: 'video/mp4',
      kind: 'video',
      size_bytes: 1_000,
      sha256: randomBytes(32).toString('hex'),
      object_key: `materials/${courseId}/${materialId}/original.mp4`,
      language: null,
    })
    .execute();
  const renditions = made.renditions.filter(({ kind }) => only === undefined || kind === only);
  await insertVideo(store, { courseId, materialId }, { ...made, renditions });

  async function markPiece(piece: number, doneAt: Date | null): Promise<void> {
    await postgres
      .updateTable('video_pieces')
      .set({ done_at: doneAt })
      .where('material_id', '=', materialId)
      .where('piece', '=', piece)
      .execute();
  }
  const end = () => endVideo(store, materialId);
  if (isWhole) await end();
  return {
    materialId,
    key: made.key,
    endPiece: (piece) => markPiece(piece, new Date()),
    reopenPiece: (piece) => markPiece(piece, null),
    end,
  };
}
