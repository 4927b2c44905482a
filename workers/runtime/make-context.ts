import type { Log } from '@lectern/db/log';
import type { Store } from '@lectern/db/open';
import { type ClaimedRun, setProgress } from '@lectern/db/postgres/runs';
import { effectOnce } from '@lectern/db/queue/effect-once';
import { saveStep } from '@lectern/db/queue/end-run';
import { announceRun } from './announce-run.ts';
import type { Context } from './define-worker.ts';

/** Progress is for people: twice a second is enough. */
const progressEveryMs = 500;

export function makeContext(store: Store, run: ClaimedRun, signal: AbortSignal): Context<unknown> {
  let log: Log | undefined;
  let writtenAt = 0;

  const progress = (fraction: number) => {
    if (Date.now() - writtenAt < progressEveryMs) return;
    writtenAt = Date.now();
    const value = Math.min(1, Math.max(0, fraction));
    setProgress(store.postgres, run, value)
      .then(() => announceRun(store, run, 'running', value))
      .catch((error: unknown) => store.log.debug({ err: error }, 'could not write progress'));
  };

  return {
    payload: run.payload,
    run,
    store,
    // Made at its first use: most runs of a busy worker say nothing.
    get log() {
      log ??= logOf(store, run);
      return log;
    },
    signal,
    progress,
    save: (results) => saveStep(store.postgres, run, results),
    once: (key, act) => effectOnce(store.postgres, { key, runId: run.id }, act),
  };
}

function logOf(store: Store, run: ClaimedRun): Log {
  return store.log.child({
    runId: run.id,
    job: run.job,
    ...(run.subject !== null && { subject: run.subject }),
    ...(run.request_id !== null && { requestId: run.request_id }),
  });
}
