import { type Cue, mostCharacters, mostCues, mostMs } from './cue.ts';

export type CaptionFormat = 'vtt' | 'srt';

/** What a file of subtitles says, in order, and how many cues in it could not be used. */
export type ReadCaptions = { readonly cues: readonly Cue[]; readonly faults: number };

/**
 * Reads WebVTT and SubRip. Both are written by many programs and by hand: so whatever stands under a line
 * with two times counts, whether or not the rest is as it should be.
 */
export function readCaptions(text: string, format: CaptionFormat): ReadCaptions {
  const cues: Cue[] = [];
  let faults = 0;
  for (const { startMs, endMs, lines } of splitBlocks(text)) {
    const words = cleanText(lines, format);
    const isTimed = startMs !== undefined && startMs < mostMs;
    if (words === '') continue;
    if (!isTimed || cues.length === mostCues) faults++;
    else cues.push({ startMs, endMs: endMs ?? startMs, text: words });
  }
  const ordered = cues.toSorted((a, b) => a.startMs - b.startMs);
  return { cues: unroll(ordered.map((cue, i) => mendEnd(cue, ordered[i + 1]))), faults };
}

/** What the file is; undefined of one that only looks like it. */
export function recogniseCaptions(beginning: string): CaptionFormat | undefined {
  const text = beginning.replace(/^\ufeff/, '');
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'vtt';
  return /^\s*\d+[ \t]*\r?\n[ \t]*[\d:,. ]+-->/.test(text) ? 'srt' : undefined;
}

type Block = {
  /** Undefined where it makes no sense. */
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly lines: string[];
};

const time = String.raw`(?:(\d{1,3})\s*:\s*)?(\d{1,2})\s*:\s*(\d{1,2})(?:\s*[.,]\s*(\d{1,3}))?`;
const timing = new RegExp(String.raw`^\s*${time}\s*-{1,2}>\s*(?:${time})?`);

function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let block: Block | undefined;
  for (const line of text.split(/\r\n?|\n/)) {
    if (line.includes('-->') || timing.test(line)) {
      // The number of a cue that follows without an empty line is no word of the one before.
      if (/^\s*\d+\s*$/.test(block?.lines.at(-1) ?? '')) block?.lines.pop();
      const found = timing.exec(line);
      block = { startMs: readTime(found, 1), endMs: readTime(found, 5), lines: [] };
      blocks.push(block);
    } else if (line.trim() === '') block = undefined;
    else block?.lines.push(line);
  }
  return blocks;
}

function readTime(found: RegExpExecArray | null, at: number): number | undefined {
  const [hours = '0', minutes, seconds, fraction = ''] = found?.slice(at, at + 4) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1_000 + Number(fraction.padEnd(3, '0'));
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  quot: '"',
  apos: "'",
  lrm: '',
  rlm: '',
};

const mostLines = 50;

function cleanText(lines: readonly string[], format: CaptionFormat): string {
  return lines
    .slice(0, mostLines)
    .map((line) => line.slice(0, mostCharacters))
    .map((line) => (format === 'vtt' ? cleanVtt(line) : cleanSrt(line)).replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, mostCharacters)
    .toWellFormed();
}

function cleanVtt(line: string): string {
  return line
    .replace(/<v(?:\.[^\s>]*)?\s+([^>]*)>/g, (_, name: string) => `${name.trim()}: `)
    .replace(/<[^>]*>/g, '')
    .replace(/&(\w{1,10});/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replace(/&#(\d{1,7}|x[\da-f]{1,6});/gi, (whole, code: string) => readCode(code) ?? whole);
}

function readCode(code: string): string | undefined {
  const number = Number(code.replace(/^x/i, '0x'));
  return number >= 32 && number <= 0x10ffff ? String.fromCodePoint(number) : undefined;
}

/** Tags are those that players know; anything else between angle brackets is text. */
function cleanSrt(line: string): string {
  return line.replace(/<\/?(?:[biusc]|font|v)(?:[\s.][^>]*)?>/gi, '').replace(/\{\\[^}]*\}/g, '');
}

const leastMs = 500;
const guessedMs = 3_000;

/** One that ends before it begins stays until the next one. */
function mendEnd(cue: Cue, next: Cue | undefined): Cue {
  if (cue.endMs > cue.startMs) return { ...cue, endMs: Math.min(cue.endMs, mostMs) };
  const untilNext = next === undefined ? guessedMs : next.startMs - cue.startMs;
  const durationMs = Math.max(leastMs, Math.min(guessedMs, untilNext));
  return { ...cue, endMs: cue.startMs + durationMs };
}

const togetherMs = 100;

/**
 * Captions that roll up, as programs write them, say each line twice: first below and then, with the
 * next, above. Each is kept once.
 */
function unroll(cues: readonly Cue[]): Cue[] {
  const kept: Cue[] = [];
  let before: readonly string[] = [];
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const cue of cues) {
    const lines = cue.text.split('\n');
    const isNext = cue.startMs - beforeMs <= togetherMs;
    const isFlash = cue.endMs - cue.startMs <= togetherMs;
    const [first] = lines;
    const isRepeat = isNext && first === before.at(-1) && (lines.length > 1 || isFlash);
    const rest = isRepeat ? lines.slice(1) : lines;
    if (rest.length > 0) kept.push({ ...cue, text: rest.join('\n') });
    before = lines;
    beforeMs = cue.endMs;
  }
  return kept;
}
