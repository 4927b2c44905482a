import { isUtf8 } from 'node:buffer';

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

function guessEncoding(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  return isMostlyCyrillic(bytes) ? 'windows-1251' : 'windows-1252';
}

/** Western text has some letters above ASCII, Russian text has hardly any within. */
function isMostlyCyrillic(bytes: Buffer): boolean {
  let high = 0;
  let latin = 0;
  for (const byte of bytes.subarray(0, 65_536)) {
    if (byte >= 0xc0) high++;
    else if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) latin++;
  }
  return high > latin;
}
