import type { Store } from '@lectern/db/open';
import type { App } from '../app.ts';
import { isSafe } from './viewer.ts';

/** After a change that succeeded the relay is told to look, so that its work begins within milliseconds. */
export function wakeRelayAfterChanges(app: App, { queues }: Pick<Store, 'queues'>): void {
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    if (!isSafe(method) && statusCode >= 200 && statusCode < 300) queues.wakeRelay();
  });
}
