import { Refusal } from '../extract/found.ts';
import { isPicture, isSound, type ProbedFile, type ProbedStream } from './describe-file.ts';

/** A whole day of lectures; the timestamps of streams go on for 26 hours. */
const longestS = 24 * 3_600;
const mostSide = 8_192;
const mostChannels = 64;

/** Says why nobody could play a file, in words for its owner. */
export function requirePlayable({ streams, format }: ProbedFile): void {
  // Before all else: of what is locked nothing more is told, not even that there is sound.
  if (streams.some(isLocked)) throw locked();
  const played = streams.filter((stream) => isPicture(stream) || isSound(stream));
  if (played.length === 0) throw nothing();
  if (played.every(({ codec_name: codec = 'unknown' }) => ['unknown', 'none'].includes(codec))) {
    throw unreadable();
  }
  if (Number(format.duration ?? 0) > longestS) throw tooLong();
  const isHuge = ({ width = 0, height = 0 }: ProbedStream) => Math.max(width, height) > mostSide;
  if (streams.some((stream) => isPicture(stream) && isHuge(stream))) throw tooLarge();
  if (streams.some(({ channels = 0 }) => channels > mostChannels)) throw tooManyChannels();
}

/** Bought in a shop that lets only its own players open it. */
function isLocked({ codec_tag_string: tag = '' }: ProbedStream): boolean {
  return /^(encv|enca|drmi|drms|drmt)$/.test(tag);
}

const nothing = () =>
  new Refusal(
    'nothing_to_play',
    'There is neither a picture that moves nor sound in this file. Upload the recording itself.',
  );

const locked = () =>
  new Refusal(
    'file_locked',
    'This recording is protected (DRM): it is locked to a shop or a player, and nobody else can play it. Upload one that is not protected.',
  );

const unreadable = () =>
  new Refusal(
    'codec_unknown',
    'This recording is encoded in a way that cannot be read here. Save it as MP4 with H.264 and AAC.',
  );

const tooLong = () =>
  new Refusal('too_long', 'This recording is longer than 24 hours. Split it into several files.');

const tooLarge = () =>
  new Refusal(
    'too_many_pixels',
    'The picture of this video is larger than 8192 × 8192 pixels. Save it smaller.',
  );

const tooManyChannels = () =>
  new Refusal(
    'too_many_channels',
    'The sound of this recording has more than 64 channels. Save it with fewer.',
  );
