import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainableCommander, Redis } from 'ioredis';
import type { Log } from '../log.ts';

const answerWithinMs = 1_000;
/** After a failure nobody waits for Redis for so long. */
const restMs = 500;
/** What could not be deleted is deleted when Redis is back; beyond this many, when it expires. */
const maxOwed = 10_000;

type Debt = (pipeline: ChainableCommander) => ChainableCommander;

/** A Redis that may be away: commands then give `undefined` at once, and each outage is logged once. */
export class PatientRedis {
  readonly #name: string;
  readonly #log: Log;
  readonly #client: Redis;
  readonly #owed = new Map<string, Debt>();
  #firstConnect: Promise<void> | undefined;
  #isAway = false;
  #restUntilMs = 0;

  /** `name` is what is lost while Redis is away, such as `cache`. */
  constructor(redisUrl: string, { name, log }: { readonly name: string; readonly log: Log }) {
    this.#name = name;
    this.#log = log;
    this.#client = new Redis(redisUrl, {
      connectionName: `lectern-${name}`,
      lazyConnect: true,
      connectTimeout: answerWithinMs,
      commandTimeout: answerWithinMs,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (failures) => Math.min(50 * 2 ** failures, 2_000),
    });
    this.#client.on('error', (error: Error) => this.#reportAway(error));
    this.#client.on('ready', () => {
      this.#restUntilMs = 0;
      void this.#attemptDebts();
    });
  }

  async attempt<T>(act: (client: Redis) => Promise<T>): Promise<T | undefined> {
    if (performance.now() < this.#restUntilMs) return undefined;
    try {
      await this.#connectOnce();
      await this.#payDebts();
      const answer = await act(this.#client);
      this.#reportBack();
      return answer;
    } catch (error) {
      this.#reportAway(error);
      return undefined;
    }
  }

  /** Like `attempt`, but what Redis cannot do now is done when it is back; `name` says it once. */
  async attemptLater(name: string, debt: Debt): Promise<void> {
    if (this.#owed.size >= maxOwed) await this.#attemptDebts();
    if (this.#owed.size < maxOwed) this.#owed.set(name, debt);
    await this.#attemptDebts();
  }

  async close(): Promise<void> {
    this.#client.removeAllListeners('ready');
    if (this.#client.status === 'ready') await this.#client.quit().catch(() => undefined);
    this.#client.disconnect();
  }

  async #connectOnce(): Promise<void> {
    if (this.#client.status === 'ready') return;
    this.#firstConnect ??= this.#client.connect();
    // Redis can take a connection and then say nothing.
    const slow = sleep(answerWithinMs, undefined, { ref: false }).then(() => {
      throw new Error('Redis did not answer in time');
    });
    await Promise.race([this.#firstConnect, slow]);
  }

  /** Every attempt begins with what is owed. */
  async #attemptDebts(): Promise<void> {
    await this.attempt(() => Promise.resolve());
  }

  async #payDebts(): Promise<void> {
    if (this.#owed.size === 0) return;
    const debts = [...this.#owed];
    const pipeline = this.#client.multi();
    for (const [, debt] of debts) debt(pipeline);
    const answers = await pipeline.exec();
    for (const [error] of answers ?? []) if (error !== null) throw error;
    for (const [name, debt] of debts) if (this.#owed.get(name) === debt) this.#owed.delete(name);
  }

  #reportAway(error: unknown): void {
    this.#restUntilMs = performance.now() + restMs;
    if (this.#isAway) return;
    this.#isAway = true;
    this.#log.warn({ err: error }, `the ${this.#name} is off: Redis (REDIS_URL) does not answer`);
  }

  #reportBack(): void {
    this.#restUntilMs = 0;
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#log.info(`the ${this.#name} is on again`);
  }
}
