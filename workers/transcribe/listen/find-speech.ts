import { followNoise, type Levels, levelsAt } from './follow-noise.ts';
import { frameMs, type Frames } from './measure-frames.ts';
import type { Span } from './sound.ts';

/** Quieter is nobody who wants to be heard. */
const quietestVoiceDb = -62;
/** Where nothing stands out of the noise by so much there is no voice in it. */
const leastRangeDb = 6;
const leastSpeechMs = 100;
/** A pause within a sentence. */
const pauseMs = 300;
/** Kept before and after, because words begin and end quietly. */
const paddingMs = 200;
const hissMs = 240;
const hissCrossings = 0.25;
const hissAboveDb = 4;

/** Where somebody may be speaking. Rather too much than too little: what is left out nobody hears. */
export function findSpeech(frames: Frames): Span[] {
  const levels = followNoise(frames.voice);
  const isVoice = markVoices(frames.voice, levels);
  const spans = joinNear(listRuns(isVoice), pauseMs)
    .filter(({ startMs, endMs }) => endMs - startMs >= leastSpeechMs)
    .map((span) => takeHiss(span, frames, levels));
  const lastMs = frames.voice.length * frameMs;
  const padded = spans.map(({ startMs, endMs }) => ({
    startMs: Math.max(0, startMs - paddingMs),
    endMs: Math.min(lastMs, endMs + paddingMs),
  }));
  return joinNear(padded, 0);
}

/** Begins where it is clearly above the noise, and goes on while it is a little. */
function markVoices(voice: Float32Array, levels: readonly Levels[]): Uint8Array {
  const marks = new Uint8Array(voice.length);
  let isOn = false;
  for (let i = 0; i < voice.length; i++) {
    const level = ((voice[i - 1] ?? -96) + (voice[i] ?? -96) + (voice[i + 1] ?? -96)) / 3;
    const { floorDb, peakDb } = levelsAt(levels, i);
    const range = peakDb - floorDb;
    const over: number = isOn ? clamp(0.2 * range, 3, 8) : clamp(0.35 * range, 5, 14);
    isOn = range >= leastRangeDb && level >= quietestVoiceDb && level >= floorDb + over;
    marks[i] = isOn ? 1 : 0;
  }
  return marks;
}

function listRuns(marks: Uint8Array): Span[] {
  const runs: Span[] = [];
  let from = -1;
  for (let i = 0; i <= marks.length; i++) {
    if (marks[i] === 1 && from < 0) from = i;
    if (marks[i] === 1 || from < 0) continue;
    runs.push({ startMs: from * frameMs, endMs: i * frameMs });
    from = -1;
  }
  return runs;
}

/** An s at the beginning or the end of a word has no voice in it, and crosses zero often. */
function takeHiss({ startMs, endMs }: Span, frames: Frames, levels: readonly Levels[]): Span {
  const most = hissMs / frameMs;
  const isHiss = (i: number) =>
    (frames.crossings[i] ?? 0) > hissCrossings &&
    (frames.all[i] ?? -96) > levelsAt(levels, i).floorDb + hissAboveDb;
  const walk = (from: number, step: 1 | -1) => {
    let steps = 0;
    while (steps < most && isHiss(from + step * steps)) steps++;
    return steps * frameMs;
  };
  return {
    startMs: startMs - walk(startMs / frameMs - 1, -1),
    endMs: endMs + walk(endMs / frameMs, 1),
  };
}

function joinNear(spans: readonly Span[], gapMs: number): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.startMs - last.endMs > gapMs) joined.push(span);
    else joined[joined.length - 1] = { ...last, endMs: Math.max(last.endMs, span.endMs) };
  }
  return joined;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
