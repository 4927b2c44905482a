import { mayAnywhere } from '@lectern/db/access/permissions';
import type { Store } from '@lectern/db/open';
import { findRun, type RunView } from '@lectern/db/postgres/runs';
import type { Viewer } from '@lectern/db/access/viewer';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { Id, IdParams, Instant } from './shapes.ts';

const MaybeInstant = Type.Union([Instant, Type.Null()]);

const RunShape = Type.Object({
  id: Id,
  job: Type.String({ description: 'such as `material.extract`' }),
  subject: Type.Union([Id, Type.Null()], { description: 'the row the work is about' }),
  state: Type.Enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  attempts: Type.Integer({ description: 'tries that ended in an error' }),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  runAt: Instant,
  createdAt: Instant,
  startedAt: MaybeInstant,
  finishedAt: MaybeInstant,
});

export function routeJobs(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/jobs/:id',
    {
      config: { access: 'job.read' },
      schema: {
        tags: ['Jobs'],
        summary: 'Read a piece of work',
        description: 'For the person it is done for, and for operators.',
        params: IdParams,
        response: { 200: RunShape },
      },
    },
    async (request) => {
      const run = await findRun(postgres, request.params.id);
      if (run === undefined || !maySee(viewerOf(request), run)) throw notFound('job');
      return describeRun(run);
    },
  );
}

function maySee(viewer: Viewer, { owner }: RunView): boolean {
  return owner === viewer.id || mayAnywhere(viewer, 'job.read');
}

function describeRun(run: RunView): Static<typeof RunShape> {
  const { id, job, subject, state, progress, attempts, error } = run;
  return {
    id,
    job,
    subject,
    state,
    progress,
    attempts,
    ...(error !== null && { error }),
    runAt: run.run_at.toISOString(),
    createdAt: run.created_at.toISOString(),
    startedAt: run.started_at?.toISOString() ?? null,
    finishedAt: run.finished_at?.toISOString() ?? null,
  };
}
