import { ConfigError } from '@lectern/db/config';
import { announce } from '@lectern/db/presence';
import { runProcess } from '@lectern/db/run-process';
import { closeSharedReaders } from './ocr/shared-readers.ts';
import { registry } from './registry.ts';
import { chooseWorkers } from './runtime/choose-workers.ts';
import { giveWay } from './runtime/give-way.ts';
import { runWorkers } from './runtime/run-workers.ts';
import { startWatchdog } from './runtime/watchdog.ts';

/** No handler may hold the event loop for so long. */
const blockedMs = 60_000;

// `node workers/main.ts` runs all workers, `node workers/main.ts extract index` those.
runProcess('workers', async (store) => {
  // On a machine that they share, people who wait for an answer come first.
  giveWay(process.pid);
  const chosen = chooseWorkers(registry, process.argv.slice(2));
  if ('fault' in chosen) throw new ConfigError([chosen.fault]);
  const takes = chosen.workers.map(({ name }) => name);
  for (const { name, job, concurrency } of chosen.workers) {
    store.log.info({ worker: name, job: job.name, concurrency }, `${name} takes ${job.name}`);
  }
  const running = runWorkers(store, chosen.workers, {
    registry: import.meta.resolve('./registry.ts'),
  });
  const watchdog = startWatchdog({ silentMs: blockedMs });
  const presence = await announce(store, { role: 'workers', takes });
  return {
    close: async () => {
      await running.close();
      await closeSharedReaders();
      await presence.close();
      watchdog.close();
    },
  };
});
