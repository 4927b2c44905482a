import { isUtf8 } from 'node:buffer';
import { guessUtf16 } from '@lectern/db/materials/guess-utf16';

const sampleBytes = 65_536;

/** The encoding that text was most probably written in. */
export function guessEncoding(bytes: Buffer): string {
  const utf16 = guessUtf16(bytes);
  if (utf16 !== undefined) return utf16;
  if (isUtf8(bytes) || isMostlyUtf8(bytes)) return 'utf-8';
  const sample = sampleHigh(bytes);
  // Western text has some letters above ASCII; any other has hardly any within, or words of them alone.
  if (!isMostlyHigh(bytes.subarray(0, sampleBytes)) && !hasHighWords(sample)) return 'windows-1252';
  const short = plainCyrillic.filter((candidate) => isShortAndClean(sample, candidate));
  const [best] = rank(sample, short.length > 0 ? short : candidates);
  const isGood = best !== undefined && (best.score > 0 || short.length > 0);
  return isGood ? best.encoding : 'windows-1252';
}

/** What stands around a byte above ASCII tells the encoding; the rest is the same in all. */
const around = 16;

function sampleHigh(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let [start, end, size] = [0, 0, 0];
  for (let at = 0; at < bytes.length && size + end - start < sampleBytes; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    if (at - around > end) {
      parts.push(bytes.subarray(start, end), lineEnd);
      size += end - start;
      start = at - around;
    }
    end = at + around;
  }
  return Buffer.concat([...parts, bytes.subarray(start, end)]);
}

const lineEnd = Buffer.from('\n');

/** No Western word of three letters or more has them all above ASCII. */
function hasHighWords(sample: Buffer): boolean {
  let [within, alone] = [0, 0];
  for (const [word] of sample.toString('latin1').matchAll(/[a-z\u0080-\u00ff]+/gi)) {
    const letters = count(word, /[\u00c0-\u00ff]/g);
    if (/[a-z]/i.test(word)) within += letters > 0 ? 1 : 0;
    else if (word.length >= 3 && letters * 3 >= word.length * 2) alone++;
  }
  return alone > within;
}

/** So many letters tell a rare encoding from a common one. */
const enoughLetters = 20;

/** Few letters that read as Cyrillic without a fault are just that. */
function isShortAndClean(sample: Buffer, { encoding }: Candidate): boolean {
  const text = new TextDecoder(encoding).decode(sample);
  const isClean = count(text, oddInCyrillic) + count(text, foreignLetter) === 0;
  return isClean && highWord.test(text) && count(text, /\p{Script=Cyrillic}/gu) < enoughLetters;
}

const foreignLetter = /[\p{L}--[A-Za-zА-яЁёІіЇїЄєҐґЎў]]/gv;

/** Letters above ASCII with none of ASCII beside them. */
const highWord = /(?<!\p{L})[\p{L}--\p{ASCII}]{2,}(?!\p{L})/v;

/** Best first. */
function rank(sample: Buffer, among: readonly Candidate[]) {
  return among
    .map(({ encoding, score }) => ({ encoding, score: scoreAs(sample, { encoding, score }) }))
    .sort((a, b) => b.score - a.score);
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

type Candidate = {
  readonly encoding: string;
  /** How well a text reads, in parts of its letters: what is found in one of the kind, less what never is. */
  readonly score: (text: string) => number;
};

const asCyrillic = (encoding: string): Candidate => ({ encoding, score: scoreCyrillic });
const plainCyrillic = ['windows-1251', 'koi8-u'].map(asCyrillic);
const candidates: readonly Candidate[] = [
  ...plainCyrillic,
  ...['ibm866', 'iso-8859-5', 'x-mac-cyrillic'].map(asCyrillic),
  { encoding: 'shift_jis', score: scoreJapanese },
  { encoding: 'euc-jp', score: scoreJapanese },
  { encoding: 'gb18030', score: scoreChinese },
  { encoding: 'big5', score: scoreChinese },
  { encoding: 'euc-kr', score: scoreKorean },
  { encoding: 'windows-1253', score: scoreGreek },
  { encoding: 'windows-1255', score: scoreHebrew },
];

function scoreAs(sample: Buffer, { encoding, score }: Candidate): number {
  const text = new TextDecoder(encoding).decode(sample);
  const faults = count(text, /[\ufffd\u0080-\u009f]/g);
  const high = count(text, /[^\p{ASCII}]/gu);
  return high === 0 || !highWord.test(text) ? 0 : score(text) / high - (faults * 4) / high;
}

/** A wrong table turns common letters into rare ones, and small ones into capitals within a word. */
function scoreCyrillic(text: string): number {
  const common = count(text, /[оеаинтсрвлі]/gi) + count(text, /[а-яёіїєґў]/g) * 0.1;
  const names = count(text, /(?<!\p{L})[А-ЯЁІЇЄҐ][а-яёіїєґ]/gu);
  const rare = count(text, /[ъэщцфшхжюђѓѕ]/gi);
  return common + names - rare * 0.5 - count(text, oddInCyrillic) * 2;
}

const oddInCyrillic = /[а-яёіїєґ][А-ЯЁІЇЄҐ]|[^\p{ASCII}Ѐ-ӿ\u00a0«»—–…“”„№]/gu;

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
