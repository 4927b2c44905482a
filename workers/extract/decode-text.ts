import { guessEncoding } from './guess-encoding.ts';

/**
 * Text in the encoding it was most probably written in, with line feeds as line ends and without the
 * control characters that neither people nor PostgreSQL can read.
 */
export function decodeText(bytes: Buffer): string {
  const text = new TextDecoder(guessEncoding(bytes)).decode(bytes);
  return (
    text
      .replace(/\r\n?/g, '\n')
      // oxlint-disable-next-line no-control-regex -- these are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .normalize('NFC')
  );
}
