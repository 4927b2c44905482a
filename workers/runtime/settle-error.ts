import { type JobContract, retryDelayMs } from '@lectern/db/jobs/define-job';
import type { Log } from '@lectern/db/log';
import { fileLostWords, ObjectMissing, SealKeyUnknown } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { cancelRun, retryRun, returnRun } from '@lectern/db/postgres/run-ends';
import { isOutage } from '@lectern/db/postgres/is-outage';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import type { Settlement } from '@lectern/db/queue/consume';
import { bury, StaleRun } from '@lectern/db/queue/end-run';
import { Cancel, Snooze } from '@lectern/db/queue/outcomes';
import { announceEnd } from './announce-end.ts';
import { announceRun } from './announce-run.ts';

/** The process stops and the run goes back. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export class TooLate extends Error {
  override readonly name = 'TooLate';
  readonly code = 'deadline';
  constructor(deadlineMs: number) {
    super(`it did not end within ${Math.round(deadlineMs / 1000)} s`);
  }
}

/** How long a run waits that met a database which was away. */
const outageDelayMs = 2_000;

/** Chooses the outcome of a run whose handler threw, and writes it. */
export async function settleError(
  store: Store,
  job: JobContract,
  run: ClaimedRun,
  thrown: unknown,
  log: Log,
): Promise<Settlement> {
  const error = await nameLostFile(store, run, toError(thrown));
  const db = store.postgres;
  const now = Date.now();

  if (error instanceof StaleRun) {
    log.warn('another worker has this run; nothing was written');
    return { kind: 'done' };
  }
  if (error instanceof Stopped) {
    await returnRun(db, run, new Date(now));
    log.info('gave the run back: this process stops');
    return { kind: 'later', atMs: now };
  }
  if (error instanceof Snooze) {
    await returnRun(db, run, error.until);
    log.info({ until: error.until }, 'snoozed');
    return { kind: 'later', atMs: error.until.getTime() };
  }
  if (error instanceof Cancel || error instanceof QuotaExceeded) {
    await cancelRun(db, run, { code: error.code, message: error.message });
    await announceEnd(store, run, 'cancelled');
    log.info({ code: error.code }, 'cancelled');
    return { kind: 'never', reason: error };
  }

  if (isOutage(error)) {
    await returnRun(db, run, new Date(now + outageDelayMs));
    log.warn({ err: error }, 'the database was away; the try does not count');
    return { kind: 'later', atMs: now + outageDelayMs };
  }

  const detail = { code: codeOf(error), message: error.message };
  const tries = run.attempts + 1;
  if (tries >= job.retry.attempts) {
    await bury(db, run, { code: detail.code, message: forOwner(error, tries) }, detail);
    await announceEnd(store, run, 'failed');
    log.error({ err: error, tries }, 'failed for good; it is among the dead letters');
    return { kind: 'never', reason: error };
  }
  const atMs = now + retryDelayMs(job.retry, tries, Math.random());
  const retryError = { code: detail.code, message: 'This step failed and will be tried again.' };
  await retryRun(db, run, retryError, new Date(atMs));
  announceRun(store, run, 'queued');
  log.warn({ err: error, tries, retryInMs: atMs - now }, 'failed; it will be tried again');
  return { kind: 'retry', atMs, reason: error };
}

/** Trying again brings no file back. What is missing beside one that is there may come yet. */
async function nameLostFile(store: Store, { subject }: ClaimedRun, error: Error): Promise<Error> {
  if (!(error instanceof ObjectMissing) || subject === null) return error;
  const material = await findMaterialSource(store.postgres, subject);
  if (material === undefined) return error;
  try {
    if ((await store.objects.stat(material.object_key)) !== undefined) return error;
  } catch {
    // A store that cannot be asked does not say that the file is lost.
    return error;
  }
  return new Cancel('file_lost', fileLostWords, { cause: error });
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function forOwner(error: Error, tries: number): string {
  if (error instanceof SealKeyUnknown) {
    return 'The file is sealed, and the server was started without the key. The operators can give it and try this step again.';
  }
  return tries === 1
    ? 'This step failed. The operators can see why and try it again.'
    : `This step failed ${tries} times. The operators can see why and try it again.`;
}

/** The error's own code, such as `ECONNREFUSED`, or `failed`. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
}
