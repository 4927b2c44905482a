import type { Generated, JSONColumnType } from 'kysely';
import type { MediaInfo } from '../materials/media-info.ts';
import type { Storyboard } from '../materials/storyboard.ts';
import type { VideoPlan } from '../materials/video-plan.ts';
import type { Interval } from '../materials/watched.ts';
import type { Instant, MaybeInstant } from './column-types.ts';

type Json<Known extends object | null> = JSONColumnType<Known, string | undefined>;

/** What is known of a video or of sound. */
export type VideosTable = {
  material_id: string;
  duration_ms: number;
  info: Json<Partial<MediaInfo>>;
  /** What it is made into; null as long as nobody has begun. */
  plan: JSONColumnType<VideoPlan | null, string | undefined, string | null>;
  /** Of AES-128, for every segment of this round. */
  key: Generated<Buffer | null>;
  /** Counts up each time that the video is made anew. */
  round: Generated<number>;
  /** The run that makes this round. */
  run_id: Generated<string | null>;
  storyboard: Json<Storyboard | null>;
  state: Generated<'making' | 'whole'>;
  updated_at: Instant;
};

/** One quality of the picture, or one track of sound. */
export type VideoRenditionsTable = {
  material_id: string;
  round: number;
  name: string;
  kind: 'video' | 'audio';
  position: number;
  codecs: string;
  width: number | null;
  height: number | null;
  frame_rate: number | null;
  /** Bits each second, as planned. */
  bandwidth: number;
  average_bandwidth: number;
  language: string | null;
  title: string | null;
  is_default: Generated<boolean>;
  is_whole: Generated<boolean>;
};

/** A part of the video that is made by itself, in all qualities of the picture. */
export type VideoPiecesTable = {
  material_id: string;
  piece: number;
  from_s: number;
  to_s: number;
  /** Where its segments begin, in seconds of the whole video. */
  cuts: Generated<number[]>;
  done_at: MaybeInstant;
};

export type VideoSegmentsTable = {
  material_id: string;
  rendition: string;
  /** Of sound, which is made in one go, always 0. */
  piece: number;
  number: number;
  start_s: number;
  duration_s: number;
  size_bytes: number;
  object_key: string;
};

/** What somebody has seen or heard of a recording, and where that person left off. */
export type WatchingTable = {
  user_id: string;
  material_id: string;
  position_s: Generated<number>;
  position_at: Date;
  intervals: JSONColumnType<Interval[], string | undefined>;
  share: Generated<number>;
  completed_at: MaybeInstant;
  updated_at: Instant;
};
