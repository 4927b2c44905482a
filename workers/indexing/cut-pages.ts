import { setImmediate as breathe } from 'node:timers/promises';
import type { Chunk } from '@lectern/db/postgres/chunks';
import type { Page } from '@lectern/db/postgres/pages';
import { chunkText } from './chunk-text.ts';
import { detectLanguage } from './detect-language.ts';
import { guessLanguage } from './guess-language.ts';
import { joinPieces } from './join-pieces.ts';

const codes = { english: 'en', russian: 'ru', simple: null } as const;

export type CutOptions = {
  readonly signal: AbortSignal;
  readonly progress?: (fraction: number) => void;
};

export type Cut = { readonly chunks: readonly Chunk[]; readonly language: string | null };

/** What search is to find of a material's text, and the language that most of it is in. */
export async function cutPages(
  pages: readonly Page[],
  { signal, progress }: CutOptions,
): Promise<Cut> {
  const chunks: Chunk[] = [];
  const sections = joinPieces(pages);
  for (const [i, { text, place }] of sections.entries()) {
    signal.throwIfAborted();
    for (const piece of chunkText(text)) {
      chunks.push({ text: piece, place, language: detectLanguage(piece) });
    }
    progress?.(i / sections.length);
    await breathe();
  }
  const beginning = pages
    .map(({ text }) => text)
    .join('\n')
    .slice(0, 100_000);
  const language = guessLanguage(beginning) ?? codes[detectLanguage(beginning)];
  return { chunks, language };
}
