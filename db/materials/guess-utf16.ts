type Utf16 = 'utf-16le' | 'utf-16be';

const orders: readonly Utf16[] = ['utf-16le', 'utf-16be'];
const sampleBytes = 65_536;

/** In which order of bytes a text in UTF-16 is written, with its mark or without; undefined of any other. */
export function guessUtf16(bytes: Buffer): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, sampleBytes);
  // Text in other encodings has none of these bytes; in this one a space and a line end do.
  if (sample.length % 2 !== 0 || !sample.some((byte) => byte < 9)) return undefined;
  const texts = orders
    // The end of the sample may cut through a pair.
    .map((order) => ({ order, text: new TextDecoder(order).decode(sample).replace(/\ufffd$/, '') }))
    .filter(({ text }) => !faults.test(text));
  const found =
    texts.find(({ text }) => isAlphabetic(text)) ?? texts.find(({ text }) => isEastAsian(text));
  return found?.order;
}

/** What no text has, and numbers that are read as text are full of. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const faults = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\ufffd\p{Cn}\p{Co}\p{Cs}]/u;

/** Letters and signs of the first rows, which have a first byte that nothing else has. */
function isAlphabetic(text: string): boolean {
  const near = count(text, /[\t\n\f\r -\u08ff\u2010-\u2044\u20ac№]/g);
  const gaps = count(text, /[\s\p{P}]/gu);
  return near > text.length * 0.9 && count(text, /\p{L}/gu) > text.length * 0.3 && gaps > 0;
}

/** Signs with stops between them. Two plain letters that are read as one sign look like some, but all alike. */
function isEastAsian(text: string): boolean {
  const signs = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu) ?? [];
  const stops = count(text, /[\n \u3000-\u3002\uff01\uff0c\uff1f]/g);
  const others = signs.filter((sign) => (sign.charCodeAt(0) & 0x80) !== 0);
  return (
    signs.length > text.length * 0.5 &&
    stops > text.length * 0.01 &&
    others.length > signs.length * 0.15
  );
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
