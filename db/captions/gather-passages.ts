import type { Cue } from './cue.ts';

/** Some sentences that are said one after the other. */
export type Passage = { readonly startMs: number; readonly endMs: number; readonly text: string };

/** Where one may end, and where it must. */
const enoughMs = 12_000;
const mostMs = 30_000;
/** A pause after which something else begins. */
const breakMs = 3_000;
const pauseMs = 700;
/** Of text without times that help. */
const mostCharacters = 1_200;

/**
 * Joins cues to what can be read and cited. Where one ends depends on the cues near by alone, so that a
 * change of one leaves the passages of the others as they were.
 */
export function gatherPassages(cues: readonly Cue[]): Passage[] {
  const passages: Passage[] = [];
  let current: Cue[] = [];
  for (const [i, cue] of cues.entries()) {
    current.push(cue);
    const next = cues[i + 1];
    if (next !== undefined && !endsHere(current, next)) continue;
    passages.push(join(current));
    current = [];
  }
  return passages;
}

function endsHere(current: readonly Cue[], next: Cue): boolean {
  const [first] = current;
  const last = current.at(-1);
  if (first === undefined || last === undefined) return false;
  const gapMs = next.startMs - last.endMs;
  if (gapMs >= breakMs || next.endMs - first.startMs > mostMs) return true;
  const length = current.reduce((sum, { text }) => sum + text.length, 0);
  if (length + next.text.length > mostCharacters) return true;
  const isEnough = last.endMs - first.startMs >= enoughMs;
  return isEnough && (endsSentence(last.text) || gapMs >= pauseMs);
}

export function endsSentence(text: string): boolean {
  return /[.!?…。！？।؟]["'”’»)\]]*\s*$/.test(text);
}

function join(cues: readonly Cue[]): Passage {
  return {
    startMs: cues[0]?.startMs ?? 0,
    endMs: Math.max(...cues.map(({ endMs }) => endMs)),
    text: cues.map(({ text }) => text.replace(/\s*\n\s*/g, ' ')).join(' '),
  };
}
