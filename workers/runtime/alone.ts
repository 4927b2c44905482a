import { once } from 'node:events';
import { open } from '@lectern/db/open';
import { claimSuspect } from '@lectern/db/postgres/runs';
import { bury } from '@lectern/db/queue/end-run';
import { openLedger } from '@lectern/db/queue/open-ledger';
import { announceEnd } from './announce-end.ts';
import type { WorkerDefinition } from './define-worker.ts';
import { executeRun } from './execute-run.ts';
import { startHeart } from './heart.ts';
import type { Assignment } from './isolate.ts';
import { startWatchdog } from './watchdog.ts';

/** Three crashes, and the run is not tried again until an operator asks. */
const mostCrashes = 3;

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
// Without its parent nobody holds the delivery any more.
process.on('disconnect', () => process.exit(1));

// The parent ends it at its deadline; this is for a parent that is gone.
startWatchdog({ silentMs: 24 * 3_600_000, endsWithParent: true });

const [assignment]: Assignment[] = await once(process, 'message');
if (assignment === undefined)
  throw new Error('alone.ts is started by isolate.ts with an assignment');
await runAlone(assignment);
process.exit(0);

async function runAlone(given: Assignment): Promise<void> {
  const { config, registry, worker: name, delivery, heartbeatMs } = given;
  const module: { registry: readonly WorkerDefinition[] } = await import(registry);
  const worker = module.registry.find((candidate) => candidate.name === name);
  if (worker === undefined) throw new Error(`${registry} has no worker named ${name}`);
  const store = open(config, `alone-${name}`);
  const heart = startHeart(store.postgres, store.log, heartbeatMs);
  const run = await claimSuspect(store.postgres, {
    ...delivery,
    deadlineMs: worker.job.deadlineMs,
  });
  if (run === undefined) return;
  if (run.crashes >= mostCrashes) {
    const message = `This step ended its process ${run.crashes} times. The operators can see it and try it again.`;
    await bury(store.postgres, run, { code: 'crashed', message });
    await announceEnd(store, run, 'failed');
    store.log.error({ runId: run.id, job: run.job, crashes: run.crashes }, 'a run keeps crashing');
  } else {
    const ledger = openLedger(store.postgres);
    const execution = { store, ledger, heart, heartbeatMs, stopping: stopping.signal };
    await executeRun(execution, worker, run);
  }
  heart.close();
  await store.close();
}
