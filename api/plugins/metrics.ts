import type { Store } from '@lectern/db/open';
import { measureQueues } from '@lectern/db/postgres/queue-gauges';
import type { FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Type } from 'typebox';
import { readLogin } from '../access/read-login.ts';
import type { App } from '../app.ts';
import { unauthenticated } from '../problems/problem.ts';
import { requirePermission } from './viewer.ts';

/** The ledger is counted at most this often, however many ask. */
const freshMs = 5_000;

/** `GET /metrics` for Prometheus: on this machine for everybody, else for operators. */
export function addMetrics(app: App, store: Store): void {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [register],
  });
  const refreshQueues = gaugeQueues(register, store);

  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    // By pattern and never by address: each label makes a series that stays.
    const labels = { method, route: routeOptions.url ?? 'none', status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1_000);
  });

  app.get(
    '/metrics',
    {
      config: { access: 'public', limit: 'none' },
      schema: {
        tags: ['Operations'],
        summary: 'Figures for Prometheus',
        description: 'For operators and admins, and for whoever asks from this machine.',
        response: {
          200: {
            description: 'The figures.',
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      if (!isFromThisMachine(request)) {
        const viewer = await readLogin(store.access, request);
        if (viewer === undefined) throw unauthenticated();
        requirePermission(viewer, 'operations.read');
      }
      await refreshQueues();
      return reply.type(register.contentType).send(await register.metrics());
    },
  );
}

/** A proxy on this machine asks for others, and says so. */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const address = raw.socket.remoteAddress ?? '';
  const isLoopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

function gaugeQueues(register: Registry, { postgres, log }: Store): () => Promise<void> {
  const make = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['job'], registers: [register] });
  const oldest = make(
    'lectern_queue_oldest_seconds',
    'how long the oldest run that is due has waited',
  );
  const waiting = make('lectern_queue_waiting', 'runs that wait');
  const running = make('lectern_queue_running', 'runs that a worker has');
  const dead = make('lectern_queue_dead', 'dead letters');
  const up = new Gauge({
    name: 'lectern_database_up',
    help: '1 when the ledger could be read for these figures',
    registers: [register],
  });
  let readAtMs = Number.NEGATIVE_INFINITY;

  return async () => {
    if (performance.now() - readAtMs < freshMs) return;
    readAtMs = performance.now();
    for (const gauge of [oldest, waiting, running, dead]) gauge.reset();
    try {
      for (const queue of await measureQueues(postgres)) {
        oldest.set({ job: queue.job }, queue.oldestSeconds);
        waiting.set({ job: queue.job }, queue.waiting);
        running.set({ job: queue.job }, queue.running);
        dead.set({ job: queue.job }, queue.dead);
      }
      up.set(1);
    } catch (error) {
      log.warn({ err: error }, 'cannot count the queues for the metrics');
      up.set(0);
    }
  };
}
