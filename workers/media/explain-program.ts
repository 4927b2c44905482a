import { Refusal } from '../extract/found.ts';

const reasons: readonly (readonly [RegExp, code: string, message: string])[] = [
  [
    /not on whitelist|Protocol .* not (on whitelist|found)/i,
    'unsupported_media',
    'This file is a list of other files, or a kind that is not played here. Upload the recording itself, as MP4, WebM, MP3 or another usual kind.',
  ],
  [
    /exceeds max_streams/i,
    'too_many_streams',
    'There are more than 100 streams in this file. Save it with its picture and its sound only.',
  ],
  [
    /Stream map .* matches no streams|does not contain any stream/i,
    'stream_missing',
    'This recording does not have the stream that was asked for.',
  ],
  [
    /moov atom not found|Invalid data found|End of file|error reading header|EBML header parsing failed|Failed to read frame size|could not find codec parameters/i,
    'file_damaged',
    'This file is damaged or was cut off, so that nothing of it can be played. Record or save it anew and upload that.',
  ],
  [
    /max_pixels|Picture size .* is invalid|dimensions .* not (supported|set)/i,
    'too_many_pixels',
    'The picture of this video is larger than 8192 × 8192 pixels. Save it smaller.',
  ],
  [
    /Decoder .* not found|No decoder|Unknown decoder|decoder .* is disabled/i,
    'codec_unknown',
    'This recording is encoded in a way that cannot be read here. Save it as MP4 with H.264 and AAC.',
  ],
];

/** Why ffmpeg or ffprobe gave up: in words for the file's owner where the file is to blame. */
export function explainProgram(error: unknown): Error {
  const words = wordsOf(error);
  const signal = textAt(error, 'signal');
  // The reader itself is told what it took too much of.
  if (signal === 'SIGXCPU') return new Refusal('takes_too_long', tooLong);
  if (/Cannot allocate memory|std::bad_alloc/.test(words) && !words.includes('max_streams')) {
    return new Refusal('needs_too_much_memory', tooMuchMemory);
  }
  for (const [pattern, code, message] of reasons) {
    if (pattern.test(words)) return new Refusal(code, message);
  }
  return new Error(words.trim().split('\n').slice(-5).join('\n').slice(-1_000));
}

const tooLong =
  'Reading this recording takes too long. Save it anew, or split it into smaller files.';
const tooMuchMemory =
  'Reading this recording needs more memory than it may have. Save it anew, with a smaller picture.';

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${message}\n${textAt(error, 'stderr') ?? ''}`;
}

function textAt(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Reflect.get(value, field);
  return typeof text === 'string' ? text : undefined;
}
