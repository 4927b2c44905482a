/** What a file may be for ffmpeg: none of these leads it to another file. */
const formats = ['mov', 'matroska', 'avi', 'mp3', 'wav', 'ogg', 'flac'];

/** A file with more streams than that was made to do harm. */
const mostStreams = 100;

const mostPixels = 8_192 * 8_192;

/** Goes before an input: a playlist or a script inside a file is not followed, nor is any address. */
export const safeInput: readonly string[] = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  formats.join(','),
  '-max_streams',
  String(mostStreams),
];

/** The same for ffmpeg, which also decodes. */
export const safeDecoding: readonly string[] = [...safeInput, '-max_pixels', String(mostPixels)];
