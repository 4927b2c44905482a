import { type Static, Type } from 'typebox';

const Index = Type.Integer({ minimum: 0, description: 'of the stream in its file' });
const Tag = Type.Optional(Type.String());

const PictureStream = Type.Object({
  index: Index,
  codec: Type.String(),
  profile: Tag,
  level: Type.Optional(Type.Integer()),
  pixelFormat: Tag,
  /** As it is seen: upright, with square pixels. */
  width: Type.Integer({ minimum: 1 }),
  height: Type.Integer({ minimum: 1 }),
  /** By how much it lies in its file, clockwise. */
  rotation: Type.Enum([0, 90, 180, 270]),
  hasSquarePixels: Type.Boolean(),
  /** Frames in so many seconds; where they come irregularly, on average. */
  frameRate: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]),
  isVariable: Type.Boolean(),
  isInterlaced: Type.Boolean(),
  bitDepth: Type.Integer(),
  /** Its black is 0 and its white 255, where others leave room beyond both. */
  isFullRange: Type.Boolean(),
  /** How its light is written down, where that is more than screens show. */
  hdr: Type.Union([Type.Literal('pq'), Type.Literal('hlg'), Type.Null()]),
  bitsPerSecond: Type.Optional(Type.Number()),
  /** It was gone through, and cannot be cut without encoding it. */
  isUncuttable: Type.Optional(Type.Boolean()),
});
export type PictureStream = Static<typeof PictureStream>;

const SoundStream = Type.Object({
  index: Index,
  codec: Type.String(),
  profile: Tag,
  channels: Type.Integer({ minimum: 1 }),
  layout: Tag,
  sampleRate: Type.Integer({ minimum: 1 }),
  language: Tag,
  title: Tag,
  isDefault: Type.Boolean(),
  bitsPerSecond: Type.Optional(Type.Number()),
});
export type SoundStream = Static<typeof SoundStream>;

const SubtitleStream = Type.Object({
  index: Index,
  codec: Type.String(),
  language: Tag,
  title: Tag,
  isDefault: Type.Boolean(),
  isForced: Type.Boolean(),
  /** Pictures of words are no text. */
  isText: Type.Boolean(),
});
export type SubtitleStream = Static<typeof SubtitleStream>;

const Chapter = Type.Object({ startS: Type.Number(), endS: Type.Number(), title: Tag });

/** What a recording says of itself. */
export const MediaInfo = Type.Object({
  container: Type.String(),
  title: Tag,
  author: Tag,
  /** The end of what lasts longest; 0 where the file does not say. */
  durationS: Type.Number({ minimum: 0 }),
  /** The timestamp with which it begins. */
  startS: Type.Number(),
  sizeBytes: Type.Integer({ minimum: 0 }),
  /** The one that is shown. */
  picture: Type.Optional(PictureStream),
  sounds: Type.Array(SoundStream),
  subtitles: Type.Array(SubtitleStream),
  chapters: Type.Array(Chapter),
});
export type MediaInfo = Static<typeof MediaInfo>;
