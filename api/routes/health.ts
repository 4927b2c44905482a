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

/** However often it is asked for, the parts are looked at once in this time; bad news ages faster. */
const freshMs = { good: 5_000, bad: 500 };

export function routeHealth(app: App, store: Store): void {
  let parts: Promise<Part[]> | undefined;
  let freshUntilMs = 0;

  function readParts(requestId: string): Promise<Part[]> {
    if (parts !== undefined && performance.now() < freshUntilMs) return parts;
    freshUntilMs = Infinity;
    parts = look(requestId);
    return parts;
  }

  async function look(requestId: string): Promise<Part[]> {
    // Its age counts from the answer: a check may take as long as it stays fresh.
    let ageMs = freshMs.bad;
    try {
      const found = await checkParts(store, requestId);
      if (found.every(({ ok }) => ok)) ageMs = freshMs.good;
      return found;
    } finally {
      freshUntilMs = performance.now() + ageMs;
    }
  }

  app.get(
    '/healthz',
    {
      config: { access: 'public', limit: 'none' },
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
      config: { access: 'public', limit: 'none' },
      schema: {
        tags,
        summary: 'Does everything that is needed answer?',
        description: 'Each part is named. The queue answers when a canary run came through it.',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (request, reply) => {
      const found = await readParts(request.id);
      const ok = found.every((part) => part.ok);
      return reply.code(ok ? 200 : 503).send({ ok, parts: found });
    },
  );
}
