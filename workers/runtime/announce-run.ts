import type { Store } from '@lectern/db/open';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import type { RunState } from '@lectern/db/postgres/job-tables';

/**
 * Says on the bus what became of a run, to whoever watches its subject; a run about no row has no
 * watchers. A hint: rows hold the truth.
 */
export function announceRun(
  store: Store,
  run: ClaimedRun,
  state: RunState,
  progress?: number,
): void {
  if (run.subject === null) return;
  const topic = `subject:${run.subject}`;
  const message = JSON.stringify({
    runId: run.id,
    job: run.job,
    stage: run.job.slice(run.job.indexOf('.') + 1),
    state,
    progress: state === 'done' ? 1 : progress,
  });
  store.bus.publish(topic, message).catch((error: unknown) => {
    store.log.debug({ err: error, topic }, 'could not say what became of a run');
  });
}
