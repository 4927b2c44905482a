import type { Store } from '@lectern/db/open';
import { closeCodes } from './close-codes.ts';
import type { Member } from './room.ts';

type Held = { readonly frame: Buffer; readonly version: number };

type Parts = Pick<Store, 'postgres' | 'documents' | 'log'> & { readonly courseId: string };

/** Whoever only looks on sees an edit this much later, and the document is looked at this seldom. */
const pauseMs = 150;
const mostHeldBytes = 16 * 1024 * 1024;

/**
 * Holds what a document says back from those who may not know what is right in a quiz, until somebody
 * has looked whether it says that. When it does, they go: a document cannot be shown in part.
 */
export class AnswerGate {
  readonly #parts: Parts;
  readonly #held = new Map<Member, Held[]>();
  /** Up to here no answer was found. */
  #clearVersion = -1;
  #isLooking = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `version`: of the newest edit in the frame. */
  pass(member: Member, frame: Buffer, version: number): void {
    const held = this.#held.get(member);
    if (held === undefined && version <= this.#clearVersion) return member.sendFrame(frame);
    if (held === undefined) this.#held.set(member, [{ frame, version }]);
    else held.push({ frame, version });
    if (held !== undefined && sizeOf(held) > mostHeldBytes) {
      this.leave(member);
      return member.close(closeCodes.tryAgain, 'the course changes too fast just now');
    }
    void this.#look();
  }

  leave(member: Member): void {
    this.#held.delete(member);
  }

  async #look(): Promise<void> {
    const { postgres, documents, courseId, log } = this.#parts;
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#held.size > 0) {
      try {
        const look = await documents.hold(courseId, (document) =>
          document.ask(postgres, { kind: 'has-answers' }),
        );
        if (look === undefined) this.#closeAll(closeCodes.roleChanged, 'the course is gone');
        else if (look.result) this.#closeAll(closeCodes.roleChanged, hasAnswersReason);
        else this.#letPass(look.version);
      } catch (error) {
        log.warn({ err: error, courseId }, 'cannot look whether a course says what is right');
        this.#closeAll(closeCodes.tryAgain, 'the course cannot be read just now');
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, pauseMs).unref();
      await promise;
    }
    this.#isLooking = false;
  }

  #letPass(version: number): void {
    this.#clearVersion = version;
    for (const [member, held] of this.#held) {
      const first = held.findIndex((one) => one.version > version);
      const ready = first === -1 ? held.splice(0) : held.splice(0, first);
      for (const { frame } of ready) member.sendFrame(frame);
      if (held.length === 0) this.#held.delete(member);
    }
  }

  #closeAll(code: number, reason: string): void {
    for (const member of this.#held.keys()) member.close(code, reason);
    this.#held.clear();
  }
}

const hasAnswersReason = 'the course has a quiz now, with its answers';

function sizeOf(held: readonly Held[]): number {
  return held.reduce((sum, { frame }) => sum + frame.length, 0);
}
