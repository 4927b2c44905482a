import { readCaptions, recogniseCaptions } from '@lectern/db/captions/read-captions';
import type { Track } from '@lectern/db/postgres/captions';
import { guessLanguage } from '../indexing/guess-language.ts';
import { canonicalTag } from '@lectern/db/materials/language-codes';

type About = {
  /** The material that it is the file of; null of what stands in the recording itself. */
  readonly beside: string | null;
  readonly language: string | undefined;
  readonly fileName: string;
};

/** Undefined where there is no cue in it. */
export function toTrack(text: string, { beside, language, fileName }: About): Track | undefined {
  const format = recogniseCaptions(text) ?? (/\.vtt$/i.test(fileName) ? 'vtt' : 'srt');
  const { cues } = readCaptions(text, format);
  if (cues.length === 0) return undefined;
  const words = cues.map((cue) => cue.text).join('\n');
  return {
    language: canonicalTag(language) ?? guessLanguage(words) ?? 'und',
    source: beside === null ? 'embedded' : 'sidecar',
    engine: null,
    beside,
    is_draft: false,
    cues,
  };
}
