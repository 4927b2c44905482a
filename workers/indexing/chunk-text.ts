/** Sizes in words: 500–1000 tokens of a language model are about 375–750 words. */
export type ChunkSizes = { readonly most: number; readonly overlap: number };

const defaultSizes: ChunkSizes = { most: 600, overlap: 60 };

/**
 * Cuts text at sentences into pieces of at most `most` words, each beginning with the last sentences
 * of the one before, up to `overlap` words, so that no thought is lost at a cut.
 */
export function chunkText(text: string, sizes: ChunkSizes = defaultSizes): string[] {
  const sentences = splitSentences(text).flatMap((sentence) => splitLong(sentence, sizes.most));
  const chunks: string[] = [];
  let current: Sentence[] = [];
  let words = 0;
  for (const sentence of sentences) {
    if (words + sentence.words > sizes.most && current.length > 0) {
      chunks.push(join(current));
      current = takeTail(current, Math.min(sizes.overlap, sizes.most - sentence.words));
      words = countWords(current);
    }
    current.push(sentence);
    words += sentence.words;
  }
  chunks.push(join(current));
  return chunks.filter((chunk) => chunk !== '');
}

type Sentence = { readonly text: string; readonly words: number };

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

function splitSentences(text: string): Sentence[] {
  return Array.from(segmenter.segment(text), ({ segment }) => measure(segment));
}

function measure(text: string): Sentence {
  return { text, words: text.match(/\S+/g)?.length ?? 0 };
}

/** What has no sentence end, such as a table or a list, is cut between words. */
function splitLong(sentence: Sentence, most: number): Sentence[] {
  if (sentence.words <= most && sentence.text.length <= most * 20) return [sentence];
  const parts: Sentence[] = [];
  let part = '';
  let words = 0;
  for (const [word] of sentence.text.matchAll(/\S{1,2000}\s*/g)) {
    if (words === most || part.length + word.length > most * 20) {
      parts.push({ text: part, words });
      part = '';
      words = 0;
    }
    part += word;
    words++;
  }
  return [...parts, { text: part, words }];
}

function takeTail(sentences: readonly Sentence[], most: number): Sentence[] {
  let words = 0;
  let from = sentences.length;
  while (from > 0) {
    words += sentences[from - 1]?.words ?? 0;
    if (words > most) break;
    from--;
  }
  return sentences.slice(from);
}

function countWords(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { words }) => sum + words, 0);
}

function join(sentences: readonly Sentence[]): string {
  return sentences
    .map(({ text }) => text)
    .join('')
    .trim();
}
