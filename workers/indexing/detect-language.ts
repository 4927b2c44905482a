import type { ChunkLanguage } from '@lectern/db/postgres/chunks';

/** By script: whose word forms search should follow. Neither script: words are taken as they are. */
export function detectLanguage(text: string): ChunkLanguage {
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const others = text.match(/\p{L}/gu)?.length ?? 0;
  if (cyrillic + latin < others / 2) return 'simple';
  if (cyrillic > latin) return 'russian';
  return latin > 0 ? 'english' : 'simple';
}
