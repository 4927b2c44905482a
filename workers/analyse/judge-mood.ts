import { listWords, type Words } from './words.ts';

/** Words after which a negation no longer counts. */
const reach = 3;

/** Counts words of praise and of complaint; a negation before one turns it round. */
export class Mood {
  readonly #language: Words;
  readonly #known = new Map<string, -1 | 0 | 1>();
  #praise = 0;
  #complaint = 0;

  constructor(language: Words) {
    this.#language = language;
  }

  read(text: string): void {
    for (const clause of text.split(/[.,;:!?\n…]+/)) {
      let sinceNegation = reach + 1;
      for (const word of listWords(clause)) {
        sinceNegation = this.#language.negations.has(word) ? 0 : sinceNegation + 1;
        const value = this.#valueOf(word) * (sinceNegation <= reach ? -1 : 1);
        if (value > 0) this.#praise++;
        if (value < 0) this.#complaint++;
      }
    }
  }

  /** From −1 to 1; a few words among many say little. */
  score(): number {
    const said = this.#praise + this.#complaint;
    const score = said === 0 ? 0 : (this.#praise - this.#complaint) / (said + 3);
    return Math.round(score * 100) / 100;
  }

  #valueOf(word: string): -1 | 0 | 1 {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const { praise, complaint, functionWords } = this.#language;
    const forms = functionWords.has(word) ? [] : [word, this.#language.stem(word)];
    const isOf = (words: ReadonlySet<string>) => forms.some((form) => words.has(form));
    const value = isOf(complaint) ? -1 : isOf(praise) ? 1 : 0;
    if (this.#known.size < 100_000) this.#known.set(word, value);
    return value;
  }
}
