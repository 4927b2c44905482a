import type { DocumentNews } from '@lectern/db/graph/document-news';
import type { Store } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { AnswerGate } from './answer-gate.ts';
import { closeCodes } from './close-codes.ts';
import { DocumentLog } from './document-log.ts';
import { type PresenceState, writeAsk, writePresence, writeUpdateMessage } from './messages.ts';
import { Presence, type Visitor } from './presence.ts';
import { BadUpdate, readUpdate, type UpdateFacts } from '@lectern/db/graph/read-update';
import { decodeStateVector } from 'yjs';
import { writeFrame } from './write-frame.ts';

/** One socket in a room. */
export type Member = {
  readonly visitor: Visitor;
  /** They may know what is right in a quiz. */
  readonly maySeeAnswers: boolean;
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
const mostHeld = { count: 200, bytes: 2 * 1024 * 1024 };
/** What of many people's cursors goes into one message. */
const mostShownTogether = 50;

type Own = { hasAnswered: boolean; held: Uint8Array[] };

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
  readonly #gate: AnswerGate;
  readonly #members = new Map<Member, Own>();
  #queue: Queued[] = [];
  #writing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  /** There may be more than what is being read. */
  #isReadAgain = false;
  /** The newest question of each that asks what it lacks. */
  readonly #asking = new Map<Member, Uint8Array>();
  #isAnswering = false;

  private constructor(parts: Parts, log: DocumentLog) {
    this.#parts = parts;
    this.#log = log;
    this.#gate = new AnswerGate(parts);
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
    this.showPresence(member);
  }

  showPresence(member: Member): void {
    const shown = this.presence.list();
    for (let i = 0; i < shown.length; i += mostShownTogether) {
      member.send(writePresence(shown.slice(i, i + mostShownTogether)));
    }
  }

  /** Gives the states that say that the member's clients are gone. */
  leave(member: Member): PresenceState[] {
    this.#members.delete(member);
    this.#asking.delete(member);
    this.#gate.leave(member);
    const gone = this.presence.leave(member);
    this.showAll(gone);
    return gone;
  }

  listMembers(): Iterable<Member> {
    return this.#members.keys();
  }

  /** Throws for what is no state vector. What takes long is done apart, and one after the other. */
  answer(member: Member, stateVector: Uint8Array): void {
    const frames = this.#log.answerAtOnce(stateVector);
    if (frames !== undefined) return this.#sendEach(member, frames);
    decodeStateVector(stateVector);
    this.#asking.set(member, stateVector);
    void this.#answerAll();
  }

  async #answerAll(): Promise<void> {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    for (const [member, stateVector] of this.#asking) {
      this.#asking.delete(member);
      try {
        const frames = await this.#log.answer(stateVector);
        if (this.#members.has(member)) this.#sendEach(member, frames);
      } catch (error) {
        const { courseId, log } = this.#parts;
        log.warn({ err: error, courseId }, 'cannot say what a client lacks');
        member.close(closeCodes.tryAgain, 'the course cannot be read just now');
      }
    }
    this.#isAnswering = false;
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

  #take(member: Member, own: Own, update: Uint8Array): void {
    const facts = readUpdate(update);
    if (facts.isTooDeep) throw new BadUpdate('it is nested too deep');
    if (!this.#log.isNews(facts)) return;
    if (!this.#log.fits(facts)) {
      // What it typed before it was connected comes with its answer.
      if (own.hasAnswered || !fitsHeld(own.held, update)) {
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
    if (states.length === 0) return;
    const frame = writeFrame(writePresence(states));
    for (const member of this.#members.keys()) member.sendFrame(frame);
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
        this.#sendAll(update, member);
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
      if (this.#log.add(first + i, update)) this.#sendAll(update, undefined);
    }
  }

  #readMissing(): void {
    this.#isReadAgain = true;
    this.#reading ??= this.#read();
  }

  async #read(): Promise<void> {
    const { courseId, log } = this.#parts;
    try {
      while (this.#isReadAgain) {
        this.#isReadAgain = false;
        const news = await this.#log.readNews();
        for (const update of news) this.#sendAll(update, undefined);
      }
    } catch (error) {
      // The next look comes within seconds.
      log.debug({ err: error, courseId }, 'cannot read what is missing of a course yet');
    }
    this.#reading = undefined;
  }

  #sendAll(update: Uint8Array, except: Member | undefined): void {
    const frame = writeFrame(writeUpdateMessage(update));
    for (const member of this.#members.keys()) if (member !== except) this.#send(member, frame);
  }

  #sendEach(member: Member, messages: readonly Uint8Array[]): void {
    for (const message of messages) this.#send(member, writeFrame(message));
  }

  /** What the document says. */
  #send(member: Member, frame: Buffer): void {
    if (member.maySeeAnswers) member.sendFrame(frame);
    else this.#gate.pass(member, frame, this.#log.newest);
  }
}

function fitsHeld(held: readonly Uint8Array[], update: Uint8Array): boolean {
  const bytes = held.reduce((sum, { length }) => sum + length, update.length);
  return held.length < mostHeld.count && bytes <= mostHeld.bytes;
}
