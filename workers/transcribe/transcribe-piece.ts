import type { Cue } from '@lectern/db/captions/cue';
import type { SpeechEngine } from './engines/speech-engine.ts';
import type { Excerpt } from './listen/read-piece.ts';
import { makeCues } from './text/make-cues.ts';
import { type Sifted, siftHeard } from './text/sift-heard.ts';

/** At what a second try is made, which goes another way than the first. */
const secondTemperature = 0.4;
/** So many words that are not believed are no slip of the tongue. */
const mostDoubtful = 5;

export type Transcribed = {
  readonly language: string | null;
  readonly confidence: number | null;
  /** At times of the recording. */
  readonly cues: readonly Cue[];
  /** Whether somebody spoke whose words are not there. */
  readonly isPartial: boolean;
};

type Asking = {
  readonly language: string | undefined;
  readonly asker: string;
  readonly signal: AbortSignal;
};

/** Writes down one piece; where what comes back cannot be believed, once more. */
export async function transcribePiece(
  engine: SpeechEngine,
  excerpt: Excerpt,
  asking: Asking,
): Promise<Transcribed> {
  const { pcm, durationMs } = excerpt;
  const listen = async (temperature: number) => {
    const heard = await engine.listen({ ...asking, pcm, durationMs, temperature });
    const { language, confidence = null } = heard;
    return { language, confidence, ...siftHeard(heard, durationMs) };
  };
  let best = await listen(0);
  if (best.doubtful > mostDoubtful && engine.canVary) {
    const second = await listen(secondTemperature);
    if (isBetter(second, best)) best = second;
  }
  const words = best.words.map((word) => ({
    ...word,
    startMs: excerpt.toSource(word.startMs),
    endMs: excerpt.toSource(word.endMs),
  }));
  return {
    language: best.language,
    confidence: best.confidence,
    cues: makeCues(words),
    isPartial: best.doubtful > mostDoubtful,
  };
}

function isBetter(one: Sifted, other: Sifted): boolean {
  const worth = ({ words, doubtful }: Sifted) => words.length - doubtful;
  return worth(one) > worth(other);
}
