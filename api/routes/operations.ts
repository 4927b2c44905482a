import proxy from '@fastify/http-proxy';
import type { Config } from '@lectern/db/config';
import type { App } from '../app.ts';
import { toAnswer } from '../plugins/problems.ts';
import { Problem } from '../problems/problem.ts';

/** `/ops/…` is another process; it looks at the cookie or token itself, so both are passed on. */
export async function routeOperations(
  app: App,
  { operationsUrl }: Pick<Config, 'operationsUrl'>,
): Promise<void> {
  if (operationsUrl === undefined) {
    app.all('/ops/*', { config: { access: 'public' }, schema: { hide: true } }, () => {
      throw off();
    });
    return;
  }
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
      route.schema = { ...route.schema, hide: true };
    });
    scope.removeAllContentTypeParsers();
    await scope.register(proxy, {
      upstream: operationsUrl,
      prefix: '/ops',
      rewritePrefix: '/ops',
      http: { requestOptions: { timeout: 15_000 } },
      replyOptions: {
        rewriteRequestHeaders: ({ headers, host, protocol, ip, id }, sent) => ({
          ...sent,
          // What the caller claims of these is not passed on.
          'x-forwarded-host': host,
          'x-forwarded-proto': protocol,
          'x-forwarded-for': ip,
          'x-request-id': id,
          ...(headers.origin !== undefined && { origin: headers.origin }),
        }),
        onError: (reply, { error }) => {
          reply.request.log.debug({ err: error }, 'the operations dashboard does not answer');
          const { status, headers, body } = toAnswer(off(), reply.request);
          reply.code(status).headers(headers).send(body);
        },
      },
    });
  });
}

function off(): Problem {
  return new Problem({
    status: 503,
    code: 'operations_off',
    detail: 'Start the operations dashboard, or ask whoever runs this installation to.',
    headers: { 'retry-after': '5' },
  });
}
