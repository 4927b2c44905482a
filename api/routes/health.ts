import type { Store } from '@lectern/db/open';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { checkParts, type Part } from '../health/check-parts.ts';

const PartShape = Type.Object({
  name: Type.String(),
  ok: Type.Boolean(),
  detail: Type.Optional(Type.String()),
  ms: Type.Integer(),
});
const Readiness = Type.Object({ ok: Type.Boolean(), parts: Type.Array(PartShape) });

const tags = ['Operations'];

/** However often it is asked for, the parts are looked at once in this time. */
const freshMs = 5_000;

export function routeHealth(app: App, store: Store): void {
  let last: { readonly atMs: number; readonly parts: Promise<Part[]> } | undefined;

  function readParts(requestId: string): Promise<Part[]> {
    if (last === undefined || performance.now() - last.atMs > freshMs) {
      const parts = checkParts(store, requestId);
      last = { atMs: performance.now(), parts };
      // Its age counts from the answer: a check may take as long as it stays fresh.
      void parts.then(() => (last = { atMs: performance.now(), parts }));
    }
    return last.parts;
  }

  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Is the process up?',
        response: { 200: Type.Object({ ok: Type.Literal(true) }) },
      },
    },
    async () => ({ ok: true as const }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Does everything that is needed answer?',
        description: 'Each part is named. The queue answers when a canary run came through it.',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (request, reply) => {
      const parts = await readParts(request.id);
      const ok = parts.every((part) => part.ok);
      return reply.code(ok ? 200 : 503).send({ ok, parts });
    },
  );
}
