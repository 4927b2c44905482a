import type { Cue } from './cue.ts';
import { gatherPassages } from './gather-passages.ts';

/** What is said, to be read: a paragraph for each passage. */
export function writeTranscript(cues: readonly Cue[]): string {
  const paragraphs = gatherPassages(cues).map(({ text }) => text);
  return paragraphs.map((text) => `${text}\n`).join('\n');
}
