import { isUtf8 } from 'node:buffer';
import { guessUtf16 } from '@lectern/db/materials/guess-utf16';

const sampleBytes = 65_536;

/** The encoding that text was most probably written in. */
export function guessEncoding(bytes: Buffer): string {
  const utf16 = guessUtf16(bytes);
  if (utf16 !== undefined) return utf16;
  if (isUtf8(bytes) || isMostlyUtf8(bytes)) return 'utf-8';
  const sample = bytes.subarray(0, sampleBytes);
  // Western text has some letters above ASCII; any other has hardly any within.
  if (!isMostlyHigh(sample)) return 'windows-1252';
  const scores = candidates.map(({ encoding, score }) => ({
    encoding,
    score: scoreAs(sample, encoding, score),
  }));
  const [best] = scores.sort((a, b) => b.score - a.score);
  return best !== undefined && best.score > 0 ? best.encoding : 'windows-1252';
}

/** So many characters of several bytes tell. */
const enoughCharacters = 10_000;

/** Characters of several bytes follow a rule that bytes of other encodings break more often than not. */
function isMostlyUtf8(bytes: Buffer): boolean {
  let characters = 0;
  let faults = 0;
  for (let at = 0; at < bytes.length && characters + faults < enoughCharacters;) {
    const length = lengthInUtf8(bytes[at] ?? 0);
    if (length === 1) {
      at++;
      continue;
    }
    const isWhole = length > 1 && isUtf8(bytes.subarray(at, at + length));
    if (isWhole) characters++;
    else faults++;
    at += isWhole ? length : 1;
  }
  return characters > faults;
}

/** How many bytes a character has that begins so; none begins with 0. */
function lengthInUtf8(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

type Candidate = { readonly encoding: string; readonly score: (text: string) => number };

/** How well a text reads, in parts of its letters: what is found in one of the kind, less what never is. */
const candidates: readonly Candidate[] = [
  ...['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5', 'x-mac-cyrillic'].map((encoding) => ({
    encoding,
    score: scoreCyrillic,
  })),
  { encoding: 'shift_jis', score: scoreJapanese },
  { encoding: 'euc-jp', score: scoreJapanese },
  { encoding: 'gb18030', score: scoreChinese },
  { encoding: 'big5', score: scoreChinese },
  { encoding: 'euc-kr', score: scoreKorean },
  { encoding: 'windows-1253', score: scoreGreek },
  { encoding: 'windows-1255', score: scoreHebrew },
];

function scoreAs(sample: Buffer, encoding: string, score: (text: string) => number): number {
  const text = new TextDecoder(encoding).decode(sample);
  const faults = count(text, /[\ufffd\u0080-\u009f]/g);
  const high = count(text, /[^\p{ASCII}]/gu);
  return high === 0 ? 0 : score(text) / high - (faults * 4) / high;
}

/** A wrong table turns common letters into rare ones, and small ones into capitals within a word. */
function scoreCyrillic(text: string): number {
  const common = count(text, /[оеаинтсрвлі]/gi) + count(text, /[а-яёіїєґў]/g) * 0.1;
  const rare = count(text, /[ъэщцфшхжюђѓѕ]/gi);
  const odd = count(text, /[а-яё][А-ЯЁ]|[^\p{ASCII}Ѐ-ӿ«»—–…“”„№]/gu);
  return common - rare - odd;
}

function scoreJapanese(text: string): number {
  return count(text, /[\p{Script=Hiragana}、。]/gu) * 2 - count(text, /[\uff61-\uff9f]/g);
}

function scoreChinese(text: string): number {
  return count(text, /[的一是不了人我在有他这中大来上國国和地到以说時时要就出会為为，。]/g) * 4;
}

function scoreKorean(text: string): number {
  return count(text, /\p{Script=Hangul}/gu) - count(text, /\p{Script=Han}/gu);
}

function scoreGreek(text: string): number {
  return count(text, /[αοιετσνηυρ]/g) - count(text, /[α-ω][Α-Ω]/g);
}

function scoreHebrew(text: string): number {
  return count(text, /[יוהלאשרתמב]/g);
}

function isMostlyHigh(bytes: Buffer): boolean {
  let high = 0;
  let latin = 0;
  for (const byte of bytes) {
    if (byte >= 0x80) high++;
    else if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) latin++;
  }
  return high > latin;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
