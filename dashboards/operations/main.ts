import { announce } from '@lectern/db/presence';
import { runProcess } from '@lectern/db/run-process';
import { buildOperations } from './app.ts';

runProcess('operations', async (store) => {
  const { config, log } = store;
  const app = buildOperations(store);
  const address = await app.listen({ host: config.host, port: config.port });
  const presence = await announce(store, { role: 'operations', takes: [] });
  log.info({ address }, 'the operations dashboard listens');
  return {
    async close() {
      await presence.close();
      await app.close();
    },
  };
});
