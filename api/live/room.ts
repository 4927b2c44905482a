import type { DocumentNews } from '@lectern/db/graph/document-news';
import type { Store } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { closeCodes } from './close-codes.ts';
import { DocumentLog } from './document-log.ts';
import { type PresenceState, writeAsk, writePresence, writeUpdateMessage } from './messages.ts';
import { Presence, type Visitor } from './presence.ts';
import { BadUpdate, readUpdate, type UpdateFacts } from '@lectern/db/graph/read-update';
import { writeFrame } from './write-frame.ts';

/** One socket in a room. */
export type Member = {
  readonly visitor: Visitor;
  send(message: Uint8Array): void;
  /** What is framed already, because many get it. */
  sendFrame(frame: Buffer): void;
  close(code: number, reason: string): void;
};

type Queued = { readonly member: Member; readonly update: Uint8Array; readonly facts: UpdateFacts };

/** Edits that are in the database, with the versions that they made. */
export type Committed = {
  readonly first: number;
  readonly last: number;
  readonly updates: readonly Uint8Array[];
};

/** What one INSERT takes. */
const mostBatch = 500;
/** Edits of a client that wait for those before them, which its answer brings. */
const mostHeld = 200;

type Parts = Pick<Store, 'postgres' | 'documents' | 'log'> & {
  readonly courseId: string;
  /** Tells the other processes; what is lost they find out by the version. */
  readonly tell: (edits: Committed) => void;
};

/**
 * Those of this process who have a course open. An update is in the database before anybody else sees
 * it; what comes while one INSERT runs goes into the next.
 */
export class Room {
  readonly presence = new Presence<Member>();
  readonly #parts: Parts;
  readonly #log: DocumentLog;
  readonly #members = new Map<Member, { hasAnswered: boolean; held: Uint8Array[] }>();
  #queue: Queued[] = [];
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;

  private constructor(parts: Parts, log: DocumentLog) {
    this.#parts = parts;
    this.#log = log;
  }

  /** Undefined when the course is gone. Throws when it cannot be read. */
  static async open(parts: Parts): Promise<Room | undefined> {
    const log = await DocumentLog.load(parts);
    return log && new Room(parts, log);
  }

  get size(): number {
    return this.#members.size;
  }

  get version(): number {
    return this.#log.version;
  }

  join(member: Member): void {
    this.#members.set(member, { hasAnswered: false, held: [] });
    member.send(writeAsk(this.#log.stateVector()));
    const shown = this.presence.list();
    if (shown.length > 0) member.send(writePresence(shown));
  }

  /** Gives the states that say that the member's clients are gone. */
  leave(member: Member): PresenceState[] {
    this.#members.delete(member);
    const gone = this.presence.leave(member);
    this.showAll(gone);
    return gone;
  }

  listMembers(): Iterable<Member> {
    return this.#members.keys();
  }

  answer(member: Member, stateVector: Uint8Array): void {
    for (const message of this.#log.answer(stateVector)) member.send(message);
  }

  isNews(update: Uint8Array): boolean {
    return this.#log.isNews(readUpdate(update));
  }

  /** Throws `BadUpdate` for what is none, or none of this document. */
  receive(member: Member, update: Uint8Array, { isAnswer }: { readonly isAnswer: boolean }): void {
    const own = this.#members.get(member);
    if (own === undefined) return;
    if (isAnswer) own.hasAnswered = true;
    this.#take(member, own, update);
    if (!isAnswer) return;
    for (const held of own.held.splice(0)) this.#take(member, own, held);
  }

  #take(
    member: Member,
    own: { readonly hasAnswered: boolean; readonly held: Uint8Array[] },
    update: Uint8Array,
  ): void {
    const facts = readUpdate(update);
    if (!this.#log.isNews(facts)) return;
    if (!this.#log.fits(facts)) {
      // What it typed before it was connected comes with its answer.
      if (own.hasAnswered || own.held.length >= mostHeld) {
        throw new BadUpdate('it builds on what this course does not have');
      }
      own.held.push(update);
      return;
    }
    this.#log.expect(facts);
    this.#queue.push({ member, update, facts });
    this.#writing ??= this.#write();
  }

  /** What was committed elsewhere in this process, by a request. */
  take(first: number, updates: readonly Uint8Array[]): void {
    this.#takeCommitted(first, updates);
    this.#readMissing();
  }

  /** What another process says. */
  hear({ first, last, updates = [] }: Pick<DocumentNews, 'first' | 'last' | 'updates'>): void {
    if (first !== undefined) {
      this.#takeCommitted(
        first,
        updates.map((update) => Buffer.from(update, 'base64')),
      );
    }
    if (last !== undefined) this.lookFor(last);
  }

  /** Reads what is missing up to a version that is known to be committed. */
  lookFor(version: number): void {
    if (version > this.#log.version) this.#readMissing();
  }

  /** Sends states to all, also to those they are of: their clients count on hearing something. */
  showAll(states: readonly PresenceState[]): void {
    if (states.length > 0) this.#sendAll(writePresence(states), undefined);
  }

  closeAll(code: number, reason: string): void {
    for (const member of this.#members.keys()) member.close(code, reason);
  }

  /** Resolves when nothing waits to be written. */
  async flush(): Promise<void> {
    await this.#writing;
    await this.#reading;
  }

  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, mostBatch);
      try {
        await this.#append(batch);
      } catch (error) {
        this.#parts.log.warn(
          { err: error, courseId: this.#parts.courseId },
          'edits could not be kept; their clients try again',
        );
        this.#drop(batch, closeCodes.tryAgain, 'the course cannot be saved just now');
      }
    }
    this.#writing = undefined;
  }

  async #append(batch: readonly Queued[]): Promise<void> {
    const { postgres, courseId, tell } = this.#parts;
    const updates = batch.map(({ member, update }) => {
      return { data: update, userId: member.visitor.userId };
    });
    const appended = await appendUpdates(postgres, courseId, updates);
    if (appended.outcome !== 'done') {
      const code = appended.outcome === 'full' ? closeCodes.documentFull : closeCodes.roleChanged;
      return this.#drop(batch, code, `the course is ${appended.outcome}`);
    }
    const last = appended.version;
    const first = last - batch.length + 1;
    for (const [i, { member, update, facts }] of batch.entries()) {
      if (this.#log.add(first + i, update, facts)) {
        this.#sendAll(writeUpdateMessage(update), member);
      }
    }
    tell({ first, last, updates: updates.map(({ data }) => data) });
    if (!this.#log.isWhole) this.#readMissing();
  }

  /**
   * Lets those go whose edits were not kept: they connect again and send what is missing. Others have
   * seen nothing of it. Where it is to be tried again, all go: one who came meanwhile was told that these
   * edits are here, and would build on them. Whether a commit whose answer was lost came about is looked up.
   */
  #drop(batch: readonly Queued[], code: number, reason: string): void {
    const lost = [...batch, ...this.#queue.splice(0)];
    if (code === closeCodes.tryAgain) this.closeAll(code, reason);
    else for (const member of new Set(lost.map((one) => one.member))) member.close(code, reason);
    this.#log.forgetExpected();
    this.#readMissing();
  }

  #takeCommitted(first: number, updates: readonly Uint8Array[]): void {
    for (const [i, update] of updates.entries()) {
      if (this.#log.add(first + i, update)) this.#sendAll(writeUpdateMessage(update), undefined);
    }
  }

  #readMissing(): void {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
  }

  async #read(): Promise<void> {
    const { courseId, log } = this.#parts;
    try {
      const news = await this.#log.readNews();
      for (const update of news) this.#sendAll(writeUpdateMessage(update), undefined);
    } catch (error) {
      // The next look comes within seconds.
      log.debug({ err: error, courseId }, 'cannot read what is missing of a course yet');
    }
  }

  #sendAll(message: Uint8Array, except: Member | undefined): void {
    const frame = writeFrame(message);
    for (const member of this.#members.keys()) if (member !== except) member.sendFrame(frame);
  }
}
