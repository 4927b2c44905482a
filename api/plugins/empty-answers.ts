import type { App } from '../app.ts';

/** A route that has nothing to say answers with null; where no body may be, nothing tells of one either. */
export function sendNothingForNull(app: App): void {
  app.addHook('onSend', async ({ method }, reply, payload) => {
    const hasNoBody = reply.statusCode === 304 || method === 'HEAD';
    if (!hasNoBody || payload !== 'null') return payload;
    reply.removeHeader('content-type');
    reply.removeHeader('content-length');
    return null;
  });
}
