import { processorTurns } from '../../runtime/processor-turns.ts';
import type { WhisperPlace } from './find-whisper.ts';
import { codeOfLanguage } from '@lectern/db/materials/language-codes';
import { openWhisper } from './open-whisper.ts';
import type { Heard, SpeechEngine } from './speech-engine.ts';
import type { Told } from './whisper-process.ts';

/** The model on this machine. It uses all cores for one piece, so it takes one at a time. */
export function openWhisperEngine(place: WhisperPlace): SpeechEngine {
  const whisper = openWhisper(place);
  return {
    name: `whisper:${place.model}`,
    isDraft: false,
    languages: place.model.endsWith('.en') ? ['en'] : undefined,
    canVary: true,
    places: 1,
    listen: async ({ pcm, durationMs, language, temperature, asker, signal }) => {
      const turn = await processorTurns.enter(asker, { signal, isLong: true });
      try {
        return toHeard(await whisper.listen({ pcm, language, temperature }, signal), durationMs);
      } finally {
        turn.leave();
      }
    },
    close: () => whisper.close(),
  };
}

function toHeard({ language, chunks }: Told, durationMs: number): Heard {
  return {
    language: codeOfLanguage(language),
    segments: chunks.map(({ text, timestamp: [start, end] }) => ({
      startMs: Math.round(start * 1_000),
      endMs: end === null ? durationMs : Math.round(end * 1_000),
      text,
    })),
  };
}
