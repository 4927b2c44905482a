import { pageForCharset, pageForLanguage } from '../code-pages.ts';
import type { Header } from './read-header.ts';

/** The code page of text that has one byte for a character, by its language, else by its fonts. */
export function chooseCodePage(header: Header, fonts: Buffer): number {
  if (header.isMac) return header.language === 0x419 ? 10_007 : 10_000;
  const byLanguage = pageForLanguage(header.language);
  if (byLanguage !== 1252) return byLanguage;
  return fontCharsets(fonts, header.isOld).flatMap((it) => pageForCharset(it) ?? [])[0] ?? 1252;
}

function fontCharsets(fonts: Buffer, isOld: boolean): number[] {
  const charsets: number[] = [];
  let at = isOld ? 2 : 4;
  while (at + 5 < fonts.length && charsets.length < 500) {
    const length = fonts[at] ?? 0;
    charsets.push(fonts[at + 4] ?? 0);
    at += length + 1;
  }
  return charsets;
}

/** Whether bytes that should be Western text are Russian: more letters above ASCII than within. */
export function isMostlyHigh(bytes: Buffer): boolean {
  let high = 0;
  let low = 0;
  for (const byte of bytes.subarray(0, 65_536)) {
    if (byte >= 0xc0) high++;
    else if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) low++;
  }
  return high > 20 && high > low;
}
