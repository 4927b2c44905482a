import { csrfCookie, sessionCookie } from '@lectern/db/access/credentials';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { isSafe } from './viewer.ts';

const ProblemShape = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String({ description: 'a stable snake_case word' }),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
    requestId: Type.String(),
  },
  { $id: 'Problem', description: 'RFC 9457: what is wrong and what to do' },
);

const problem = {
  description: 'Anything else is a problem document.',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
} as const;

const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'the same key with the same request gets the first answer again, for 24 h',
    }),
  ),
});

/** `/openapi.json`, made from the route schemas, and `/docs`, which shows it. Comes before the routes. */
export async function describeApi(app: App): Promise<void> {
  app.addSchema(ProblemShape);
  app.addHook('onRoute', (route) => {
    const { schema, config } = route;
    if (schema === undefined || schema.hide === true) return;
    const response = typeof schema.response === 'object' ? schema.response : {};
    schema.response = { ...response, default: problem };
    const isPublic = config?.access === 'public';
    const byLink = config?.link === undefined ? [] : [{ link: [] }];
    if (!isPublic) schema.security = [{ token: [] }, { cookie: [], csrf: [] }, ...byLink];
    const methods = [route.method].flat();
    const isKept = !isPublic && config?.takesNoKey !== true;
    if (isKept && !methods.every(isSafe)) schema.headers ??= IdempotencyHeaders;
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lectern',
        version: '1',
        description: 'Courses, their materials as searchable text, and the work behind them.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'the access token of a login, or a personal access token',
          },
          link: {
            type: 'apiKey',
            in: 'query',
            name: 'link',
            description: 'in an address that `/v1/materials/{id}/playback` or a playlist gave',
          },
          cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
          csrf: {
            type: 'apiKey',
            in: 'header',
            name: 'X-XSRF-TOKEN',
            description: `with the cookie, on what changes something: the value of the cookie ${csrfCookie}`,
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (schema, _uri, _fragment, i) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `shape-${i}`,
    },
  });
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await scope.register(swaggerUi, { routePrefix: '/docs' });
  });
}
