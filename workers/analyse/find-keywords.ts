import { listWords, type Words } from './words.ts';

const longest = 3;
/** Phrases that are counted at once; the rarest are forgotten beyond. */
const mostPhrases = 50_000;

type Phrase = { count: number; readonly length: number; readonly spelled: Map<string, number> };

/**
 * Finds what a text is about: runs of words between function words, whatever their forms, that come
 * again. A phrase says more than its words, and what stands mostly within it is not told beside it.
 */
export class Keywords {
  readonly #language: Words;
  readonly #phrases = new Map<string, Phrase>();

  constructor(language: Words) {
    this.#language = language;
  }

  read(text: string): void {
    for (const clause of text.split(/[.,;:!?()[\]{}"“”«»|/\n\t…–—]+/)) {
      let run: string[] = [];
      for (const word of listWords(clause)) {
        if (this.#says(word)) run.push(word);
        else run = this.#count(run);
      }
      this.#count(run);
    }
    if (this.#phrases.size > mostPhrases) this.#forgetRare();
  }

  /** The best first. */
  list(most: number): string[] {
    const rated = [...this.#phrases]
      .filter(([, { count }]) => count > 1)
      .map(([key, phrase]) => ({
        key,
        ...phrase,
        rating: phrase.count * (1.5 * phrase.length - 0.5),
      }))
      .sort((a, b) => b.rating - a.rating || (a.key < b.key ? -1 : 1))
      .slice(0, most * 20);
    const chosen: typeof rated = [];
    for (const phrase of rated) {
      if (chosen.length === most) break;
      if (saysMore(phrase, chosen)) chosen.push(phrase);
    }
    return chosen.map(({ spelled }) => mostFrequent(spelled));
  }

  #says(word: string): boolean {
    return word.length > 2 && !this.#language.functionWords.has(word);
  }

  #count(run: readonly string[]): string[] {
    const stems = run.map((word) => this.#language.stem(word));
    for (let from = 0; from < run.length; from++) {
      for (let length = 1; length <= longest && from + length <= run.length; length++) {
        const key = stems.slice(from, from + length).join(' ');
        const phrase = this.#phrases.get(key) ?? { count: 0, length, spelled: new Map() };
        const words = run.slice(from, from + length).join(' ');
        phrase.count++;
        phrase.spelled.set(words, (phrase.spelled.get(words) ?? 0) + 1);
        this.#phrases.set(key, phrase);
      }
    }
    return [];
  }

  #forgetRare(): void {
    for (const [key, { count }] of this.#phrases) if (count === 1) this.#phrases.delete(key);
  }
}

type Counted = { readonly key: string; readonly count: number };

/** Whether a phrase often stands where none of those chosen does, or makes one of them much clearer. */
function saysMore({ key, count }: Counted, chosen: readonly Counted[]): boolean {
  const longer = chosen.filter((other) => holds(other.key, key));
  const alone = longer.reduce((rest, other) => rest - other.count, count);
  if (alone < Math.max(2, count / 3)) return false;
  return chosen.every((other) => !holds(key, other.key) || count * 2 > other.count);
}

function holds(long: string, short: string): boolean {
  return long !== short && ` ${long} `.includes(` ${short} `);
}

function mostFrequent(spelled: ReadonlyMap<string, number>): string {
  let [best, most] = ['', 0];
  for (const [words, count] of spelled) if (count > most) [best, most] = [words, count];
  return best;
}
