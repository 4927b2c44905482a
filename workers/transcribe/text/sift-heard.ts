import type { Heard, Segment } from '../engines/speech-engine.ts';
import { findLoops } from './find-loops.ts';
import { isRepetitive, judgeSegment } from './judge-segment.ts';
import { placeWords, type PlacedWord } from './place-words.ts';

/** What is believed of what an engine wrote. */
export type Sifted = {
  /** In order; their times are those of the excerpt. */
  readonly words: readonly PlacedWord[];
  /** Words that were left out though somebody spoke: another try may bring them. */
  readonly doubtful: number;
};

/** Leaves out what nobody said: models make things up in silence, and say again what they said. */
export function siftHeard({ segments }: Heard, durationMs: number): Sifted {
  const words: PlacedWord[] = [];
  let doubtful = 0;
  for (const segment of segments) {
    const doubt = judgeSegment(segment, durationMs);
    const placed = placeWords(clip(segment, durationMs));
    if (doubt === undefined || doubt === 'repetitive') words.push(...placed);
    else if (doubt === 'too_fast') doubtful += placed.length;
  }
  const ordered = words.toSorted((a, b) => a.startMs - b.startMs);
  const isRepeat = findLoops(ordered.map(({ text }) => text));
  const kept = ordered.filter((_, i) => isRepeat[i] !== true);
  doubtful += ordered.length - kept.length;
  if (!isRepetitive(textOf(kept))) return { words: kept, doubtful };
  // It goes round in some other way.
  return { words: [], doubtful: doubtful + kept.length };
}

export function textOf(words: readonly { readonly text: string }[]): string {
  return words
    .map(({ text }) => text)
    .join('')
    .trim();
}

function clip(segment: Segment, durationMs: number): Segment {
  const within = <S extends { readonly startMs: number; readonly endMs: number }>(span: S): S => ({
    ...span,
    startMs: Math.min(span.startMs, durationMs),
    endMs: Math.min(Math.max(span.startMs, span.endMs), durationMs),
  });
  return { ...within(segment), ...(segment.words && { words: segment.words.map(within) }) };
}
