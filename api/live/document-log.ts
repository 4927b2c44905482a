import type { Db } from '@lectern/db/postgres/connect';
import { loadDocument } from '@lectern/db/postgres/documents';
import * as Y from 'yjs';
import { Knowledge } from './knowledge.ts';
import { writeAnswer, writeUpdateMessage } from './messages.ts';
import { readUpdate, type UpdateFacts } from './read-update.ts';

/** Single updates are joined from here on, so that whoever comes gets few frames. */
const mostTail = 100;

/**
 * What a course's document is made of, as bytes: its compacted state and what came after. No document is
 * opened, neither to judge what comes nor to answer who asks for what they lack.
 */
export class DocumentLog {
  #state: Uint8Array;
  #tail: Uint8Array[] = [];
  /** All versions up to here are known. */
  #version: number;
  /** Known already, though some before them are not. */
  readonly #ahead = new Set<number>();
  #knowledge = new Knowledge();

  private constructor(state: Uint8Array, stateVersion: number) {
    this.#state = state;
    this.#version = stateVersion;
    this.#knowledge.learn(readUpdate(state));
  }

  /** Undefined when there is no such course. Throws when the database is away: never an empty one. */
  static async load(db: Db, courseId: string): Promise<DocumentLog | undefined> {
    const loaded = await loadDocument(db, courseId, -1);
    if (loaded?.state === undefined) return undefined;
    const log = new DocumentLog(loaded.state, loaded.stateVersion);
    for (const { version, data } of loaded.updates) log.add(version, data);
    return log;
  }

  get version(): number {
    return this.#version;
  }

  get isWhole(): boolean {
    return this.#ahead.size === 0;
  }

  /** Takes a committed update; false when it is here already. */
  add(version: number, update: Uint8Array, facts: UpdateFacts = readUpdate(update)): boolean {
    if (version <= this.#version || this.#ahead.has(version)) return false;
    this.#knowledge.learn(facts);
    this.#tail.push(update);
    if (this.#tail.length >= mostTail) this.#join();
    this.#ahead.add(version);
    while (this.#ahead.delete(this.#version + 1)) this.#version++;
    return true;
  }

  /** What was committed and not known here. A state comes whole when it was compacted meanwhile. */
  async readNews(db: Db, courseId: string): Promise<Uint8Array[]> {
    const loaded = await loadDocument(db, courseId, this.#version);
    if (loaded === undefined) return [];
    const news: Uint8Array[] = [];
    if (loaded.state !== undefined && loaded.stateVersion > this.#version) {
      this.#state = loaded.state;
      this.#version = loaded.stateVersion;
      this.#knowledge.learn(readUpdate(loaded.state));
      for (const version of this.#ahead) if (version <= this.#version) this.#ahead.delete(version);
      news.push(loaded.state);
    }
    for (const { version, data } of loaded.updates) if (this.add(version, data)) news.push(data);
    return news;
  }

  isNews(facts: UpdateFacts): boolean {
    return this.#knowledge.isNews(facts);
  }

  fits(facts: UpdateFacts): boolean {
    return this.#knowledge.fits(facts);
  }

  /** Counts on an update before it is committed, because its client's next one builds on it. */
  expect(facts: UpdateFacts): void {
    this.#knowledge.learn(facts);
  }

  /** Goes back to what is committed, when what was counted on did not come about. */
  forgetExpected(): void {
    this.#knowledge = new Knowledge();
    for (const update of [this.#state, ...this.#tail]) this.#knowledge.learn(readUpdate(update));
  }

  /**
   * The frames with what a client lacks that has this. The newest come first and wait at the client for
   * what they build on, so that all is there when it counts itself as synced.
   */
  answer(stateVector: Uint8Array): Uint8Array[] {
    const isEmpty = stateVector.length <= 1;
    const state = isEmpty ? this.#state : Y.diffUpdate(this.#state, stateVector);
    if (this.#tail.length > 1) this.#tail = [Y.mergeUpdates(this.#tail)];
    return [...this.#tail.map(writeUpdateMessage), writeAnswer(state)];
  }

  /** What is here, for a client to send what is not. */
  stateVector(): Uint8Array {
    return this.#knowledge.encodeStateVector();
  }

  #join(): void {
    const joined = Y.mergeUpdates(this.#tail);
    this.#tail = [joined];
    if (joined.length * 2 <= this.#state.length) return;
    this.#state = Y.mergeUpdates([this.#state, joined]);
    this.#tail = [];
  }
}
