import type { Store } from '@lectern/db/open';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import type { RunState } from '@lectern/db/postgres/tables';

/**
 * Says on the bus what became of a run, to whoever watches its subject, or the run when it has none.
 * A hint: rows hold the truth.
 */
export function announceRun(store: Store, run: ClaimedRun, state: RunState): void {
  const topic = run.subject === null ? `run:${run.id}` : `subject:${run.subject}`;
  const message = JSON.stringify({ runId: run.id, job: run.job, state });
  store.bus.publish(topic, message).catch((error: unknown) => {
    store.log.debug({ err: error, topic }, 'could not say what became of a run');
  });
}
