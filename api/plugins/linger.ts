import type { Config } from '@lectern/db/config';
import type { App } from '../app.ts';

/**
 * A request that was answered before it had arrived in full: the rest is read and dropped, because a
 * client that is cut off while sending never sees the answer. Not for ever, though.
 */
export function letRestArrive(app: App, { bodyTimeoutMs }: Pick<Config, 'bodyTimeoutMs'>): void {
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete || raw.readableEnded || raw.destroyed) return;
    const timer = setTimeout(() => raw.destroy(), bodyTimeoutMs).unref();
    const forget = () => clearTimeout(timer);
    raw.removeAllListeners('data');
    raw.on('error', forget).once('end', forget).once('close', forget).resume();
  });
}
