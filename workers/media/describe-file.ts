import type {
  MediaInfo,
  PictureStream,
  SoundStream,
  SubtitleStream,
} from '@lectern/db/materials/media-info';
import { type Static, Type } from 'typebox';
import { chooseFrameRate } from './frame-rate.ts';

const Text = Type.Optional(Type.String());
const Number_ = Type.Optional(Type.Number());
const Tags = Type.Optional(Type.Record(Type.String(), Type.String()));

const ProbedStream = Type.Object({
  index: Type.Integer(),
  codec_type: Text,
  codec_name: Text,
  codec_tag_string: Text,
  profile: Text,
  level: Number_,
  pix_fmt: Text,
  width: Number_,
  height: Number_,
  sample_aspect_ratio: Text,
  field_order: Text,
  color_transfer: Text,
  color_range: Text,
  bits_per_raw_sample: Text,
  r_frame_rate: Text,
  avg_frame_rate: Text,
  bit_rate: Text,
  duration: Text,
  start_time: Text,
  channels: Number_,
  channel_layout: Text,
  sample_rate: Text,
  disposition: Type.Optional(Type.Record(Type.String(), Type.Number())),
  tags: Tags,
  side_data_list: Type.Optional(Type.Array(Type.Object({ rotation: Number_ }))),
});
export type ProbedStream = Static<typeof ProbedStream>;

/** What ffprobe tells, as far as it is of use. */
export const ProbedFile = Type.Object({
  streams: Type.Array(ProbedStream),
  chapters: Type.Optional(
    Type.Array(Type.Object({ start_time: Text, end_time: Text, tags: Tags })),
  ),
  format: Type.Object({
    format_name: Type.String(),
    duration: Text,
    start_time: Text,
    size: Text,
    tags: Tags,
  }),
});
export type ProbedFile = Static<typeof ProbedFile>;

const mostChapters = 500;

export function describeFile({ streams, chapters = [], format }: ProbedFile): MediaInfo {
  const picture = streams.find(isPicture);
  const [title, author] = [tagOf(format, 'title'), tagOf(format, 'artist')];
  return {
    container: format.format_name,
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    durationS: findDuration(streams, format),
    startS: toNumber(format.start_time) ?? 0,
    sizeBytes: toNumber(format.size) ?? 0,
    ...(picture !== undefined && { picture: describePicture(picture) }),
    sounds: streams.filter(isSound).map(describeSound),
    subtitles: streams.filter(({ codec_type: type }) => type === 'subtitle').map(describeSubtitle),
    chapters: chapters.slice(0, mostChapters).map((chapter) => ({
      startS: toNumber(chapter.start_time) ?? 0,
      endS: toNumber(chapter.end_time) ?? 0,
      ...maybe('title', tagOf(chapter, 'title')),
    })),
  };
}

/** A cover that comes with sound is no picture of it. */
export function isPicture(stream: ProbedStream): boolean {
  const { codec_type: type, disposition, width = 0, height = 0 } = stream;
  const isCover = disposition?.['attached_pic'] === 1 || disposition?.['still_image'] === 1;
  return type === 'video' && !isCover && width > 0 && height > 0;
}

export function isSound({ codec_type: type, channels, sample_rate: rate }: ProbedStream): boolean {
  return type === 'audio' && (channels ?? 0) > 0 && (toNumber(rate) ?? 0) > 0;
}

function describePicture(stream: ProbedStream): PictureStream {
  const { width = 0, height = 0, codec_name: codec = 'unknown', pix_fmt: pixelFormat } = stream;
  const rotation = findRotation(stream);
  const aspect = parseRatio(stream.sample_aspect_ratio, ':');
  const shape = aspect === undefined ? 1 : aspect[0] / aspect[1];
  const isOdd = shape !== 1 && shape > 1 / 8 && shape < 8;
  // Never made larger than it is: the side that is too long for its pixels gives way.
  const seen =
    isOdd && shape < 1 ? [width, height * (1 / shape)] : [width * (isOdd ? shape : 1), height];
  const [across = 1, down = 1] = seen.map((side) => Math.max(1, Math.round(side)));
  const lies = rotation === 90 || rotation === 270;
  return {
    index: stream.index,
    codec,
    ...maybe('profile', stream.profile),
    ...(stream.level !== undefined && { level: stream.level }),
    ...maybe('pixelFormat', pixelFormat),
    width: lies ? down : across,
    height: lies ? across : down,
    rotation,
    hasSquarePixels: !isOdd,
    ...chooseFrameRate(parseRatio(stream.r_frame_rate), parseRatio(stream.avg_frame_rate)),
    isInterlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    bitDepth: findBitDepth(stream),
    isFullRange: stream.color_range === 'pc' || pixelFormat?.startsWith('yuvj') === true,
    hdr: hdrOf[stream.color_transfer ?? ''] ?? null,
    ...bitsOf(stream),
  };
}

const hdrOf: Readonly<Record<string, 'pq' | 'hlg'>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' };

/** Of what is said in side data, counted against the clock, or in a tag of older files. */
function findRotation({ side_data_list: side = [], tags }: ProbedStream): 0 | 90 | 180 | 270 {
  const counted = side.find(({ rotation }) => rotation !== undefined)?.rotation;
  const degrees = counted === undefined ? (toNumber(tags?.['rotate']) ?? 0) : -counted;
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return ([0, 90, 180, 270] as const)[quarters] ?? 0;
}

function findBitDepth({ bits_per_raw_sample: told, pix_fmt: format = '' }: ProbedStream): number {
  const [, named] = /p(9|10|12|14|16)(?:le|be)?$/.exec(format) ?? [];
  return toNumber(named) ?? toNumber(told) ?? 8;
}

function describeSound(stream: ProbedStream): SoundStream {
  return {
    index: stream.index,
    codec: stream.codec_name ?? 'unknown',
    ...maybe('profile', stream.profile),
    channels: stream.channels ?? 1,
    ...maybe('layout', stream.channel_layout),
    sampleRate: toNumber(stream.sample_rate) ?? 48_000,
    ...namesOf(stream),
    isDefault: stream.disposition?.['default'] === 1,
    ...bitsOf(stream),
  };
}

const textCodecs = new Set(['subrip', 'srt', 'ass', 'ssa', 'webvtt', 'mov_text', 'text', 'ttml']);

function describeSubtitle(stream: ProbedStream): SubtitleStream {
  const codec = stream.codec_name ?? 'unknown';
  return {
    index: stream.index,
    codec,
    ...namesOf(stream),
    isDefault: stream.disposition?.['default'] === 1,
    isForced: stream.disposition?.['forced'] === 1,
    isText: textCodecs.has(codec),
  };
}

/** `und` says that nobody knows. */
function namesOf(stream: ProbedStream) {
  const language = tagOf(stream, 'language');
  const known = language === undefined || /^(und|unk|zxx|mul)$/i.test(language);
  return { ...(!known && { language }), ...maybe('title', tagOf(stream, 'title')) };
}

function bitsOf({ bit_rate: told, tags }: ProbedStream) {
  const bits = toNumber(told) ?? toNumber(tags?.['BPS']) ?? toNumber(tags?.['BPS-eng']);
  return bits === undefined || bits <= 0 ? {} : { bitsPerSecond: bits };
}

/** These count from zero to their end, also where they begin later; others from their beginning. */
const countsFromZero = /^(?:matroska|mov)\b/;

function findDuration(streams: readonly ProbedStream[], format: ProbedFile['format']): number {
  const headS = countsFromZero.test(format.format_name) ? (toNumber(format.start_time) ?? 0) : 0;
  const played = streams.filter((stream) => isPicture(stream) || isSound(stream));
  const ends = played.map(({ duration }) => toNumber(duration) ?? 0);
  return Math.max(0, (toNumber(format.duration) ?? 0) - Math.max(0, headS), ...ends);
}

const longestTag = 300;

function tagOf({ tags = {} }: { readonly tags?: Record<string, string> }, name: string) {
  const found = Object.entries(tags).find(([key]) => key.toLowerCase() === name);
  // Players show a line.
  const text = found?.[1].replaceAll(/\s+/g, ' ').trim().slice(0, longestTag);
  return text === '' ? undefined : text;
}

function maybe(name: string, text: string | undefined): Record<string, string> {
  return text === undefined || text === 'unknown' ? {} : { [name]: text };
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function parseRatio(text: string | undefined, by = '/'): readonly [number, number] | undefined {
  const [above = 0, below = 0] = (text ?? '').split(by).map(Number);
  return above > 0 && below > 0 ? [above, below] : undefined;
}
