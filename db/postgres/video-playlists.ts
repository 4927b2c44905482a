import { sql } from 'kysely';
import type { MediaInfo } from '../materials/media-info.ts';
import type { Storyboard } from '../materials/storyboard.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Db } from './connect.ts';
import { isAllowed } from './courses.ts';
import type { Tables } from './tables.ts';

// What of a video can be played, for those who may see it.

export type PlayableVideo = {
  readonly durationMs: number;
  readonly round: number;
  readonly state: 'making' | 'whole';
  readonly info: Partial<MediaInfo>;
  readonly storyboard: Storyboard | null;
};

export function findPlayableVideo(
  db: Db,
  viewer: Viewer,
  materialId: string,
): Promise<PlayableVideo | undefined> {
  return selectVideos(db, viewer, materialId)
    .select(['videos.duration_ms as durationMs', 'videos.round', 'videos.state'])
    .select(['videos.info', 'videos.storyboard'])
    .executeTakeFirst();
}

export async function findVideoKey(
  db: Db,
  viewer: Viewer,
  { materialId, round }: { readonly materialId: string; readonly round: number },
): Promise<Buffer | undefined> {
  const row = await selectVideos(db, viewer, materialId)
    .select('videos.key')
    .where('videos.round', '=', round)
    .executeTakeFirst();
  return row?.key ?? undefined;
}

export type SegmentName = {
  readonly materialId: string;
  readonly round: number;
  readonly rendition: string;
  readonly piece: number;
  readonly number: number;
};

export function findSegment(db: Db, viewer: Viewer, name: SegmentName) {
  return selectVideos(db, viewer, name.materialId)
    .innerJoin('video_segments', 'video_segments.material_id', 'videos.material_id')
    .select(['video_segments.object_key', 'video_segments.size_bytes'])
    .where('videos.round', '=', name.round)
    .where('video_segments.rendition', '=', name.rendition)
    .where('video_segments.piece', '=', name.piece)
    .where('video_segments.number', '=', name.number)
    .executeTakeFirst();
}

function selectVideos(db: Db, viewer: Viewer, materialId: string) {
  return db
    .selectFrom('videos')
    .innerJoin('materials', 'materials.id', 'videos.material_id')
    .innerJoin('courses', 'courses.id', 'materials.course_id')
    .where('videos.material_id', '=', materialId)
    .where(isAllowed(viewer, 'material.read'));
}

type RenditionRow = Tables['video_renditions'];

export type PlayableRendition = {
  readonly name: string;
  readonly kind: RenditionRow['kind'];
  readonly codecs: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly language: string | null;
  readonly title: string | null;
  readonly isDefault: boolean;
  readonly isWhole: boolean;
  /** Bits each second, without what goes with it: as measured when it is whole, else as planned. */
  readonly peak: number;
  readonly average: number;
  /** How many of its segments can be played, from the beginning without a gap. */
  readonly segments: number;
};

/** The renditions of a video's round, in their order. */
export async function listRenditions(
  db: Db,
  { materialId, round }: { readonly materialId: string; readonly round: number },
): Promise<PlayableRendition[]> {
  // A segment of less than half the longest says nothing of the peak (RFC 8216, 4.1).
  const { rows } = await sql<PlayableRendition>`
    select r.name, r.kind, r.codecs, r.width, r.height, r.frame_rate as "frameRate",
      r.language, r.title, r.is_default as "isDefault", r.is_whole as "isWhole",
      -- While it grows: what is planned, or what there is if that is more.
      ceil(greatest(m.peak, m.average, case when r.is_whole then 0 else r.bandwidth end))::int as peak,
      ceil(greatest(m.average, case when r.is_whole then 0 else r.average_bandwidth end))::int as average,
      m.segments
    from video_renditions r cross join lateral (
      select count(*)::int as segments,
        max(size_bytes * 8 / duration_s) filter (where duration_s >= longest / 2) as peak,
        sum(size_bytes) * 8 / sum(duration_s) as average
      from (
        select size_bytes, duration_s, max(duration_s) over () as longest
        from (${segmentsWithoutGap(materialId, sql`r.name`)}) s
      ) listed
    ) m
    where r.material_id = ${materialId} and r.round = ${round}
    order by r.kind desc, r.position, r.name`.execute(db);
  return rows;
}

export type RenditionName = {
  readonly materialId: string;
  readonly round: number;
  readonly name: string;
};

export type FoundRendition = {
  readonly isWhole: boolean;
  /** Whoever makes it has given up. */
  readonly isLost: boolean;
  readonly durationMs: number;
};

/** One rendition of the video's present round. */
export function findRendition(
  db: Db,
  viewer: Viewer,
  { materialId, round, name }: RenditionName,
): Promise<FoundRendition | undefined> {
  return selectVideos(db, viewer, materialId)
    .innerJoin('video_renditions', 'video_renditions.material_id', 'videos.material_id')
    .leftJoin('runs', 'runs.id', 'videos.run_id')
    .select(['video_renditions.is_whole as isWhole', 'videos.duration_ms as durationMs'])
    .select(sql<boolean>`coalesce(runs.state in ('failed', 'cancelled'), false)`.as('isLost'))
    .where('videos.round', '=', round)
    .where('video_renditions.round', '=', round)
    .where('video_renditions.name', '=', name)
    .executeTakeFirst();
}

export type PlayableSegment = {
  readonly piece: number;
  readonly number: number;
  readonly startS: number;
  readonly durationS: number;
};

/** Those of a rendition that can be played, from the beginning without a gap. */
export async function listSegments(
  db: Db,
  { materialId, rendition }: { readonly materialId: string; readonly rendition: string },
): Promise<PlayableSegment[]> {
  const { rows } = await sql<PlayableSegment>`
    select piece, number, start_s as "startS", duration_s as "durationS"
    from (${segmentsWithoutGap(materialId, sql`${rendition}`)}) s
    order by piece, number`.execute(db);
  return rows;
}

/**
 * Of the picture those of pieces that are done, up to the first that is not: others may be done before
 * it. Sound is made in one go, and its segments are numbered through.
 */
function segmentsWithoutGap(materialId: string, rendition: ReturnType<typeof sql>) {
  return sql`
    select s.* from (
      select s.*, row_number() over (order by piece, number) - 1 as place
      from video_segments s where material_id = ${materialId} and rendition = ${rendition}
    ) s join video_renditions using (material_id) where name = rendition and case kind
      when 'audio' then piece = 0 and number = place
      else piece < (
        select count(*) from (
          select piece, row_number() over (order by piece) - 1 as place
          from video_pieces where material_id = ${materialId} and done_at is not null
        ) done where done.piece = done.place
      ) end`;
}
