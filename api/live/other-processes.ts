/** One that says nothing for this long has closed the course, or ended. */
const silentMs = 60_000;
/** Those that are there answer the first question in this time. */
const answerMs = 2_000;

/** Which other processes have a course open: with none, nobody needs to be told of an edit. */
export class OtherProcesses {
  readonly #heardAtMs = new Map<string, number>();
  #askedAtMs: number;
  #toldAtMs: number;

  constructor(nowMs: number) {
    this.#askedAtMs = nowMs;
    this.#toldAtMs = nowMs;
  }

  /** All are to answer again, those that were lost as well. */
  ask(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }

  hear(process: string, nowMs: number): void {
    this.#heardAtMs.set(process, nowMs);
  }

  forget(process: string): void {
    this.#heardAtMs.delete(process);
  }

  /** They heard of this process now. */
  tell(nowMs: number): void {
    this.#toldAtMs = nowMs;
  }

  /** Whether they would soon take this process for gone. */
  isForgotten(nowMs: number): boolean {
    return nowMs - this.#toldAtMs > silentMs / 3 && this.mayBe(nowMs);
  }

  /** Whether somebody may be there. */
  mayBe(nowMs: number): boolean {
    for (const [process, heardAtMs] of this.#heardAtMs) {
      if (nowMs - heardAtMs <= silentMs) return true;
      this.#heardAtMs.delete(process);
    }
    return nowMs - this.#askedAtMs < answerMs;
  }
}
