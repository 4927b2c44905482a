import { isElementId } from '@lectern/db/graph/read-graph';
import { deriveId } from '@lectern/db/postgres/derive-id';
import { showName, textOf } from './fields.ts';

/** The ids of one course's elements: each is given once. */
export class Names {
  readonly #courseId: string;
  readonly #taken = new Set<string>();
  readonly #given = new Map<string, string>();

  constructor(courseId: string) {
    this.#courseId = courseId;
  }

  /** The id that something keeps or, where that cannot be, gets. */
  give(stated: unknown, label: string, changes: string[]): string {
    const text = textOf(stated);
    if (text !== undefined && isElementId(text) && !this.#taken.has(text))
      return this.#take(text, text);
    const id = deriveId(this.#courseId, label);
    if (text === undefined || text === '') changes.push('It had no id and got one.');
    else if (this.#taken.has(text)) {
      changes.push(`Its id “${showName(text)}” was taken; it has a new one.`);
    } else changes.push(`Its id “${showName(text)}” cannot be one; it has a new one.`);
    return this.#take(id, text);
  }

  /** What the first with this id is called now. */
  find(stated: unknown): string | undefined {
    const text = textOf(stated);
    return text === undefined ? undefined : this.#given.get(text);
  }

  #take(id: string, stated: string | undefined): string {
    this.#taken.add(id);
    if (stated !== undefined && !this.#given.has(stated)) this.#given.set(stated, id);
    return id;
  }
}
