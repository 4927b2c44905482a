import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import type { Storyboard } from '@lectern/db/materials/storyboard';
import { writeTrack } from '@lectern/db/postgres/captions';

export type MadeSegment = {
  readonly content: Buffer;
  readonly piece: number;
  readonly number: number;
  readonly startS: number;
  readonly durationS: number;
};

export type MadeRendition = {
  readonly name: string;
  readonly kind: 'video' | 'audio';
  readonly codecs: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly language: string | null;
  readonly isDefault: boolean;
  readonly segments: readonly MadeSegment[];
};

export type MadeVideo = {
  readonly key: Buffer;
  readonly durationMs: number;
  readonly pieces: number;
  readonly renditions: readonly MadeRendition[];
};

const moment = { content: Buffer.from('x'), piece: 0, number: 0, startS: 0, durationS: 1 };
const sound = { kind: 'audio', codecs: 'mp4a.40.2', language: 'en', isDefault: true } as const;
const picture = { kind: 'video', codecs: 'avc1.4d401e', language: null, isDefault: false } as const;
const unseen = { width: null, height: null, frameRate: null };

/** One that nobody can play, for whoever asks only who may. */
export const tinyVideo: MadeVideo = {
  key: Buffer.alloc(16),
  durationMs: 1_000,
  pieces: 1,
  renditions: [
    { name: '90p', ...picture, width: 160, height: 90, frameRate: 25, segments: [moment] },
    { name: 'audio-en', ...sound, ...unseen, segments: [moment] },
  ],
};

type Place = { readonly courseId: string; readonly materialId: string };

/** Writes a video's rows and segments as its makers do, before any piece of it is said to be done. */
export async function insertVideo(
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
  { courseId, materialId }: Place,
  { key, durationMs, pieces, renditions }: MadeVideo,
): Promise<void> {
  await postgres
    .updateTable('materials')
    .set({ duration_ms: durationMs })
    .where('id', '=', materialId)
    .execute();
  await postgres
    .insertInto('videos')
    .values({ material_id: materialId, duration_ms: durationMs, key })
    .execute();
  const pieceS = durationMs / pieces / 1_000;
  await postgres
    .insertInto('video_pieces')
    .values(
      Array.from({ length: pieces }, (_, piece) => ({
        material_id: materialId,
        piece,
        from_s: piece * pieceS,
        to_s: (piece + 1) * pieceS,
      })),
    )
    .execute();
  const folder = `materials/${courseId}/${materialId}/hls`;
  for (const [position, { segments, ...rendition }] of renditions.entries()) {
    await postgres
      .insertInto('video_renditions')
      .values({
        material_id: materialId,
        round: 1,
        position,
        name: rendition.name,
        kind: rendition.kind,
        codecs: rendition.codecs,
        width: rendition.width,
        height: rendition.height,
        frame_rate: rendition.frameRate,
        bandwidth: 900_000,
        average_bandwidth: 700_000,
        language: rendition.language,
        title: null,
        is_default: rendition.isDefault,
      })
      .execute();
    const rows = segments.map(({ content, piece, number, startS, durationS }) => ({
      material_id: materialId,
      rendition: rendition.name,
      piece,
      number,
      start_s: startS,
      duration_s: durationS,
      size_bytes: content.length,
      object_key: `${folder}/${rendition.name}/${piece}-${number}.ts`,
    }));
    await postgres.insertInto('video_segments').values(rows).execute();
    const write = ({ content }: MadeSegment, i: number) =>
      objects.write(rows[i]?.object_key ?? '', Readable.from([content]));
    await Promise.all(segments.map(write));
  }
}

/** All of a video is there. */
export async function endVideo(
  { postgres }: Pick<Store, 'postgres'>,
  materialId: string,
): Promise<void> {
  const is = ['material_id', '=', materialId] as const;
  await postgres
    .updateTable('video_pieces')
    .set({ done_at: new Date() })
    .where(...is)
    .execute();
  await postgres
    .updateTable('video_renditions')
    .set({ is_whole: true })
    .where(...is)
    .execute();
  await postgres
    .updateTable('videos')
    .set({ state: 'whole' })
    .where(...is)
    .execute();
}

/** Two sheets of small pictures, the second not full. */
export async function addStoryboard(
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
  { courseId, materialId }: Place,
): Promise<Storyboard> {
  const sheets = [0, 1].map((n) => `materials/${courseId}/${materialId}/storyboard/${n}.jpg`);
  for (const key of sheets) await objects.write(key, Readable.from([Buffer.from(key)]));
  const tiles = { width: 160, height: 90, columns: 2, rows: 2, everyS: 3, count: 6 };
  const storyboard = { ...tiles, sheets };
  await postgres
    .updateTable('videos')
    .set({ storyboard: JSON.stringify(storyboard) })
    .where('material_id', '=', materialId)
    .execute();
  return storyboard;
}

/** What is said in English, heard by a program that is often wrong unless it was edited. */
export async function addCaptions(
  { postgres }: Pick<Store, 'postgres'>,
  materialId: string,
  { isDraft = true, cues = [{ startMs: 500, endMs: 2_000, text: 'The tide & the moon.' }] } = {},
): Promise<void> {
  const source = isDraft ? ('speech' as const) : ('edited' as const);
  const whence = { source, engine: null, beside: null, is_draft: isDraft };
  const track = { language: 'en', position: 0, ...whence, cues };
  await postgres.transaction().execute((tx) => writeTrack(tx, materialId, track));
}
