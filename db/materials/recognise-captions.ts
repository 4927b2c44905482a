import { recogniseCaptions } from '../captions/read-captions.ts';
import { guessUtf16 } from './guess-utf16.ts';
import type { Media } from './recognise-media.ts';

/** Subtitles, which are text: by their ending and by how they begin. */
export function recogniseCaptionFile(head: Buffer, fileName: string): Media | undefined {
  const [, ending] = /\.(srt|vtt)$/i.exec(fileName) ?? [];
  if (ending === undefined) return undefined;
  const encoding = guessUtf16(head) ?? 'utf-8';
  const format = recogniseCaptions(new TextDecoder(encoding).decode(head.subarray(0, 1_024)));
  if (format === undefined) return undefined;
  const mediaType = format === 'vtt' ? 'text/vtt' : 'application/x-subrip';
  return { kind: 'text', mediaType, extension: format };
}

/** The format of a file of that type. */
export function captionFormatOf(mediaType: string): 'vtt' | 'srt' | undefined {
  if (mediaType === 'text/vtt') return 'vtt';
  return mediaType === 'application/x-subrip' ? 'srt' : undefined;
}
