import { type Static, type TObject, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What a job is called, carries and may cost. Its handler lives in `workers/`, under the same name. */
export type JobContract<Payload extends TObject = TObject> = {
  /** `subject.verb`; also the name of its queue. */
  readonly name: string;
  /** Ids, not contents. */
  readonly payload: Payload;
  readonly retry: RetryPolicy;
  /** A try that takes longer is ended and counts as an error. */
  readonly deadlineMs: number;
};

export type RetryPolicy = {
  /** Tries in all, before the job becomes a dead letter. */
  readonly attempts: number;
  readonly delayMs: number;
  readonly maxDelayMs: number;
};

const defaultRetry: RetryPolicy = { attempts: 6, delayMs: 1_000, maxDelayMs: 10 * 60_000 };

const namePattern = /^[a-z]+\.[a-z]+$/;

export function defineJob<Payload extends TObject>(
  job: Pick<JobContract<Payload>, 'name' | 'payload'> & Partial<JobContract<Payload>>,
): JobContract<Payload> {
  if (!namePattern.test(job.name)) throw new Error(`job name ${job.name} is not subject.verb`);
  return { retry: defaultRetry, deadlineMs: 10 * 60_000, ...job };
}

const compiled = new WeakMap<JobContract, { Check(value: unknown): boolean }>();

/** Whether the payload is what the contract says: checked before a handler sees it. */
export function fitsPayload<Payload extends TObject>(
  job: JobContract<Payload>,
  payload: unknown,
): payload is Static<Payload> {
  const check = compiled.get(job) ?? Compile(job.payload);
  compiled.set(job, check);
  return check.Check(payload);
}

/** Doubles from `delayMs` up to `maxDelayMs`, spread by half so that retries do not arrive together. */
export function retryDelayMs(retry: RetryPolicy, attempts: number, random: number): number {
  const fullMs = Math.min(retry.maxDelayMs, retry.delayMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(fullMs * (0.5 + random / 2));
}

const idPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const idShape = new RegExp(idPattern);

export const Id = Type.String({ pattern: idPattern });

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idShape.test(text);
}
