import type { ChunkLanguage } from '@lectern/db/postgres/chunks';
import { guessLanguage } from './guess-language.ts';
import { isLanguage } from './is-language.ts';

/** Whose word forms search should follow; of other languages words are taken as they are. */
export function detectLanguage(text: string): ChunkLanguage {
  const language = guessLanguage(text);
  if (language === 'en') return 'english';
  if (language === 'ru') return 'russian';
  if (language !== undefined) return 'simple';
  if (!isLanguage(text)) return 'simple';
  // Too short to tell: most of what is written in these letters is one of the two.
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (cyrillic + latin < letters / 2) return 'simple';
  if (cyrillic > latin) return 'russian';
  return latin > 0 ? 'english' : 'simple';
}
