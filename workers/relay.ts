import { announce } from '@lectern/db/presence';
import { startRelay } from '@lectern/db/queue/relay';
import { runProcess } from '@lectern/db/run-process';

// Carries what was written to the queues, keeps the schedules, puts back what a queue lost.
runProcess('relay', async (store) => {
  const relay = startRelay(store);
  const presence = await announce(store, { role: 'relay', takes: [] });
  return {
    close: async () => {
      await relay.close();
      await presence.close();
    },
  };
});
