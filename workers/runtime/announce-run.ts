import type { Store } from '@lectern/db/open';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import type { RunState } from '@lectern/db/postgres/tables';

/** Says on the bus what became of a run, for whoever watches it or its subject. A hint: rows hold the truth. */
export function announceRun(store: Store, run: ClaimedRun, state: RunState): void {
  const topics = [`run:${run.id}`, ...(run.subject === null ? [] : [`subject:${run.subject}`])];
  const message = JSON.stringify({ runId: run.id, job: run.job, state });
  for (const topic of topics) {
    store.bus.publish(topic, message).catch((error: unknown) => {
      store.log.debug({ err: error, topic }, 'could not say what became of a run');
    });
  }
}
