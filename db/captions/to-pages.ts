import type { Page } from '../postgres/pages.ts';
import type { Cue } from './cue.ts';
import { gatherPassages } from './gather-passages.ts';

/** What is said as pieces that know their second. */
export function toPages(cues: readonly Cue[]): Page[] {
  return gatherPassages(cues).map(({ startMs, endMs, text }, i) => ({
    number: i + 1,
    text,
    place: { startTime: startMs / 1_000, endTime: endMs / 1_000 },
  }));
}
