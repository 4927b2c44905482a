import { endsSentence } from '@lectern/db/captions/gather-passages';
import type { Cue } from '@lectern/db/captions/cue';
import type { PlacedWord } from './place-words.ts';
import { textOf } from './sift-heard.ts';

/** Two lines as they are read on a screen. */
const mostWidth = 84;
const enoughWidth = 50;
const mostMs = 6_000;
const leastMs = 900;
/** A pause between two thoughts. */
const pauseMs = 800;
/** So long one may stay after its last word, to be read. */
const lingerMs = 600;

/** Captions of words: cut at ends of sentences, at pauses and at commas, short enough to be read. */
export function makeCues(words: readonly PlacedWord[]): Cue[] {
  const groups: PlacedWord[][] = [];
  let current: PlacedWord[] = [];
  for (const [i, word] of words.entries()) {
    current.push(word);
    const next = words[i + 1];
    if (next !== undefined && !endsHere(current, next)) continue;
    groups.push(current);
    current = [];
  }
  return groups.map((group, i) => toCue(group, groups[i + 1]?.[0]?.startMs));
}

function endsHere(current: readonly PlacedWord[], next: PlacedWord): boolean {
  const first = current[0] ?? next;
  const last = current.at(-1) ?? next;
  const text = textOf(current);
  const width = widthOf(text);
  if (next.startMs - last.endMs >= pauseMs || next.endMs - first.startMs > mostMs) return true;
  if (width + widthOf(next.text) > mostWidth) return true;
  if (endsSentence(text)) return true;
  return width >= enoughWidth && /[,;:、，]$/.test(text);
}

/** Signs of East Asia take the room of two letters. */
function widthOf(text: string): number {
  return (
    text.length +
    (text.match(/[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/g)?.length ?? 0)
  );
}

function toCue(words: readonly PlacedWord[], nextMs = Number.POSITIVE_INFINITY): Cue {
  const startMs = Math.round(words[0]?.startMs ?? 0);
  const saidMs = words.at(-1)?.endMs ?? startMs;
  const readMs = Math.max(startMs + leastMs, saidMs + lingerMs);
  const endMs = Math.max(startMs + 1, saidMs, Math.min(readMs, nextMs));
  return { startMs, endMs: Math.round(endMs), text: textOf(words) };
}
