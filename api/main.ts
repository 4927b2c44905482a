import { announce } from '@lectern/db/presence';
import { runProcess } from '@lectern/db/run-process';
import { buildApp } from './app.ts';

runProcess('api', async (store) => {
  const { host, port } = store.config;
  const app = await buildApp(store);
  const address = await app.listen({ host, port });
  store.log.info({ address }, 'the API listens');
  const presence = await announce(store, { role: 'api', takes: [] });
  return {
    // Takes no new request, and lets those that run come to their end, but not for ever.
    close: async () => {
      const limit = setTimeout(() => app.server.closeAllConnections(), store.config.shutdownMs);
      await app.close();
      clearTimeout(limit);
      await presence.close();
    },
  };
});
