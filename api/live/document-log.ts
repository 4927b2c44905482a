import type { CatchUp } from '@lectern/db/graph/document-tasks';
import { readUpdate, type UpdateFacts } from '@lectern/db/graph/read-update';
import type { Store } from '@lectern/db/open';
import { loadDocument } from '@lectern/db/postgres/documents';
import * as Y from 'yjs';
import { Knowledge } from './knowledge.ts';
import { writeAnswer, writeUpdateMessage } from './messages.ts';

type Parts = Pick<Store, 'postgres' | 'documents'> & { readonly courseId: string };

/** So many updates become a piece, and so many pieces one, so that whoever comes gets few frames. */
const mostTail = 100;
const mostPieces = 20;
/** What is larger is read by a thread: others should not wait for it. */
const mostReadHere = 64 * 1024;
/** After a restart all clients come back at once, and most of them have the same. */
const mostDiffs = 8;

/**
 * What a course's document is made of, as bytes: its compacted state and what came after. No document is
 * opened, neither to judge what comes nor to answer who asks for what they lack.
 */
export class DocumentLog {
  readonly #parts: Parts;
  #state: Uint8Array = Uint8Array.of(0, 0);
  /** What of the state those lack who have a state vector. */
  readonly #diffs = new Map<string, Uint8Array>();
  /** After the state, in their order: joined ones, and single ones. */
  #pieces: Uint8Array[] = [];
  #tail: Uint8Array[] = [];
  /** All versions up to here are known. */
  #version = 0;
  /** Known already, though some before them are not. */
  readonly #ahead = new Set<number>();
  readonly #committed = new Knowledge();
  /** That, and what is being written. */
  #expected = new Knowledge();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Undefined when there is no such course. Throws when the database is away: never an empty one. */
  static async load(parts: Parts): Promise<DocumentLog | undefined> {
    const loaded = await loadDocument(parts.postgres, parts.courseId, -1);
    if (loaded?.state === undefined) return undefined;
    const log = new DocumentLog(parts);
    await log.#take(loaded);
    return log;
  }

  get version(): number {
    return this.#version;
  }

  /** The newest version that is known, also where one before it is not. */
  get newest(): number {
    return Math.max(this.#version, ...this.#ahead);
  }

  get isWhole(): boolean {
    return this.#ahead.size === 0;
  }

  /** Takes a committed update; false when it is here already. */
  add(version: number, update: Uint8Array, facts: UpdateFacts = readUpdate(update)): boolean {
    if (version <= this.#version || this.#ahead.has(version)) return false;
    this.#learn(facts);
    this.#tail.push(update);
    if (this.#tail.length >= mostTail) this.#joinTail();
    this.#ahead.add(version);
    while (this.#ahead.delete(this.#version + 1)) this.#version++;
    return true;
  }

  /** What was committed and not known here. A state comes whole when it was compacted meanwhile. */
  async readNews(): Promise<Uint8Array[]> {
    const { postgres, courseId } = this.#parts;
    const loaded = await loadDocument(postgres, courseId, this.#version);
    return loaded === undefined ? [] : this.#take(loaded);
  }

  async #take({ state, stateVersion, updates }: CatchUp): Promise<Uint8Array[]> {
    const news: Uint8Array[] = [];
    if (state !== undefined && stateVersion >= this.#version) {
      const facts = await this.#readFacts(state);
      if (stateVersion >= this.#version) {
        this.#setState(state);
        this.#version = stateVersion;
        this.#learn(facts);
        for (const version of this.#ahead) if (version <= stateVersion) this.#ahead.delete(version);
        while (this.#ahead.delete(this.#version + 1)) this.#version++;
        news.push(state);
      }
    }
    for (const { version, data } of updates) {
      if (this.add(version, data, await this.#readFacts(data))) news.push(data);
    }
    return news;
  }

  async #readFacts(update: Uint8Array): Promise<UpdateFacts> {
    if (update.length <= mostReadHere) return readUpdate(update);
    return this.#parts.documents.readFacts(update);
  }

  #learn(facts: UpdateFacts): void {
    this.#committed.learn(facts);
    this.#expected.learn(facts);
  }

  isNews(facts: UpdateFacts): boolean {
    return this.#expected.isNews(facts);
  }

  fits(facts: UpdateFacts): boolean {
    return this.#expected.fits(facts);
  }

  /** Counts on an update before it is committed, because its client's next one builds on it. */
  expect(facts: UpdateFacts): void {
    this.#expected.learn(facts);
  }

  /** Goes back to what is committed, when what was counted on did not come about. */
  forgetExpected(): void {
    this.#expected = this.#committed.copy();
  }

  /**
   * The frames with what a client lacks that has this. The newest come first and wait at the client for
   * what they build on, so that all is there when it counts itself as synced.
   */
  async answer(stateVector: Uint8Array): Promise<Uint8Array[]> {
    const pieces = this.#listPieces();
    return [...pieces, writeAnswer(await this.#diffState(stateVector))];
  }

  /** The same where it takes no time worth mentioning. */
  answerAtOnce(stateVector: Uint8Array): Uint8Array[] | undefined {
    const isKnown = stateVector.length <= 1 || this.#diffs.has(keyOf(stateVector));
    if (!isKnown && this.#state.length > mostReadHere) return undefined;
    const diff = this.#findDiff(stateVector) ?? Y.diffUpdate(this.#state, stateVector);
    return [...this.#listPieces(), writeAnswer(diff)];
  }

  #listPieces(): Uint8Array[] {
    if (this.#tail.length > 0) this.#joinTail();
    return this.#pieces.map(writeUpdateMessage);
  }

  /** What is here, for a client to send what is not. */
  stateVector(): Uint8Array {
    return this.#expected.encodeStateVector();
  }

  async #diffState(stateVector: Uint8Array): Promise<Uint8Array> {
    const known = this.#findDiff(stateVector);
    if (known !== undefined) return known;
    const state = this.#state;
    const diff = await this.#parts.documents.diffState(state, stateVector);
    if (state !== this.#state) return diff;
    this.#diffs.set(keyOf(stateVector), diff);
    const [oldest] = this.#diffs.keys();
    if (this.#diffs.size > mostDiffs && oldest !== undefined) this.#diffs.delete(oldest);
    return diff;
  }

  #findDiff(stateVector: Uint8Array): Uint8Array | undefined {
    if (stateVector.length <= 1) return this.#state;
    const key = keyOf(stateVector);
    const known = this.#diffs.get(key);
    if (known === undefined) return undefined;
    this.#diffs.delete(key);
    this.#diffs.set(key, known);
    return known;
  }

  #setState(state: Uint8Array): void {
    this.#state = state;
    this.#diffs.clear();
  }

  #joinTail(): void {
    this.#pieces.push(...join(this.#tail));
    this.#tail = [];
    if (this.#pieces.length < mostPieces) return;
    this.#pieces = join(this.#pieces);
    const [joined] = this.#pieces;
    // Each byte is joined some times and not again with each hundred that follow it.
    if (joined === undefined || joined.length * 2 <= this.#state.length) return;
    const [state, ...others] = join([this.#state, ...this.#pieces]);
    if (state === undefined || others.length > 0) return;
    this.#setState(state);
    this.#pieces = [];
  }
}

function keyOf(stateVector: Uint8Array): string {
  return Buffer.from(stateVector).toString('base64');
}

/** One update that says the same; those themselves where they cannot be joined, which clients can do as well. */
function join(updates: readonly Uint8Array[]): Uint8Array[] {
  try {
    return [Y.mergeUpdates([...updates])];
  } catch {
    return [...updates];
  }
}
