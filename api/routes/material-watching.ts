import { completionShare, findResumption, type Interval } from '@lectern/db/materials/watched';
import type { Store } from '@lectern/db/open';
import type { Transaction } from '@lectern/db/postgres/connect';
import { findMaterial, isCourseGone, type Material } from '@lectern/db/postgres/materials';
import { addWatching, findWatching, type Watching } from '@lectern/db/postgres/watching';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { getMaterial } from '../materials/get-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, notFound } from '../problems/problem.ts';
import { whyNotYet } from '../video/find-video.ts';
import { parseInstant } from './parse-instant.ts';
import { IdParams, Instant } from './shapes.ts';

const Seconds = Type.Number({ minimum: 0, maximum: 1_000_000 });
const Stretch = Type.Tuple([Seconds, Seconds], { description: 'from and to, in seconds' });
const MaybeInstant = Type.Union([Instant, Type.Null()]);

const WatchingShape = Type.Object({
  position: Type.Number({ description: 'the second at which it was left' }),
  resumeAt: Type.Number({ description: 'the second to go on at: 0 when the end was reached' }),
  watched: Type.Array(Stretch, { description: 'all that was watched, in order, without overlap' }),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'watched of the whole' }),
  completedAt: {
    ...MaybeInstant,
    description: `when ${completionShare * 100} % had been watched; it stays`,
  },
  updatedAt: MaybeInstant,
});

/** A player that tells it every few seconds sends one or two. */
const mostAtOnce = 200;

const WatchedBody = Type.Object(
  {
    position: Seconds,
    watched: Type.Optional(Type.Array(Stretch, { maxItems: mostAtOnce })),
    at: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'when the position was this; what comes late does not set it back',
      }),
    ),
  },
  { additionalProperties: false },
);

const tags = ['Video'];

/** What the person who asks has seen of a video, or heard of sound. */
export function routeMaterialWatching(app: App, store: Store): void {
  const { postgres } = store;

  app.get(
    '/v1/materials/:id/watching',
    {
      config: { access: 'material.read' },
      schema: {
        tags,
        summary: 'What I have watched of a video',
        params: IdParams,
        response: { 200: WatchingShape },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const material = await findMaterial(postgres, viewer, request.params.id);
      if (material === undefined) throw notFound('material');
      const durationS = durationOf(material);
      if (durationS === undefined) throw await whyNotYet(store, viewer, material.id);
      const key = { userId: viewer.id, materialId: material.id };
      return describeWatching(await findWatching(postgres, key), durationS);
    },
  );

  app.put(
    '/v1/materials/:id/watching',
    {
      config: { access: 'material.watch' },
      schema: {
        tags,
        summary: 'Put down what I have watched of a video',
        description:
          'The stretches are added to what is known: they may come again, late, and from several windows at once. What lies beyond the end is left out.',
        params: IdParams,
        body: WatchedBody,
        response: { 200: WatchingShape },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      const { position: positionS, watched = [], at } = request.body;
      requireForward(watched);
      const when = readAt(at);
      const add = async (tx: Transaction) => {
        const material = await getMaterial(tx, viewer, { id, permission: 'material.watch' });
        const durationS = durationOf(material);
        if (durationS === undefined) return undefined;
        const key = { userId: viewer.id, materialId: material.id };
        const more = { durationS, positionS, intervals: watched, at: when };
        return describeWatching(await addWatching(tx, key, more), durationS);
      };
      const written = await postgres.transaction().execute(add).catch(notFoundIfGone);
      if (written === undefined) throw await whyNotYet(store, viewer, id);
      return written;
    },
  );
}

/** The material was deleted meanwhile. */
function notFoundIfGone(error: unknown): never {
  throw isCourseGone(error) ? notFound('material') : error;
}

function durationOf({ duration_ms: durationMs }: Material): number | undefined {
  return durationMs === null ? undefined : durationMs / 1_000;
}

/** A clock that is ahead does not keep what comes next from counting. */
function readAt(text: string | undefined): Date {
  const now = new Date();
  if (text === undefined) return now;
  const at = parseInstant(text);
  if (at === undefined) throw invalidRequest([{ path: 'body.at', message: 'is no time' }]);
  return at > now ? now : at;
}

function requireForward(watched: readonly Interval[]): void {
  const backwards = watched.findIndex(([fromS, toS]) => toS < fromS);
  if (backwards === -1) return;
  throw invalidRequest([{ path: `body.watched.${backwards}`, message: 'ends before it begins' }]);
}

function describeWatching(
  known: Watching | undefined,
  durationS: number,
): Static<typeof WatchingShape> {
  if (known === undefined) {
    return { position: 0, resumeAt: 0, watched: [], share: 0, completedAt: null, updatedAt: null };
  }
  return {
    position: known.position_s,
    resumeAt: findResumption(known.position_s, durationS),
    watched: known.intervals.map(([fromS, toS]) => [fromS, toS]),
    share: known.share,
    completedAt: known.completed_at?.toISOString() ?? null,
    updatedAt: known.updated_at.toISOString(),
  };
}
