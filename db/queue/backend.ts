import {
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  type Processor,
  runMigrations,
  withBackend,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { Log } from '../log.ts';
import { openPool } from '../postgres/connect.ts';

/** What travels through the queue: the run's id. The rest is in the ledger. */
export type QueuedJob = { runId: string };

type Options = Omit<WorkerOptions, 'connection' | 'prefix'>;

const onPostgres = withBackend(createPostgresBackend);
const onRedis = withBackend(createRedisBackend);

export type JobQueue =
  | InstanceType<typeof onRedis.Queue<QueuedJob>>
  | InstanceType<typeof onPostgres.Queue<QueuedJob>>;
export type JobWorker =
  | InstanceType<typeof onRedis.Worker<QueuedJob>>
  | InstanceType<typeof onPostgres.Worker<QueuedJob>>;

/** BullMQ on one kind of server; all its queues and workers in a process share the connections. */
export type Backend = {
  makeQueue(name: string): JobQueue;
  makeWorker(name: string, process: Processor<QueuedJob>, options: Options): JobWorker;
  /** Throws when the server would lose jobs. */
  check(): Promise<void>;
  close(): Promise<void>;
};

const queueSchema = 'bullmq';

export function openPostgresBackend(databaseUrl: string, log: Log): Backend {
  const pool = openPool({
    url: databaseUrl,
    // A worker keeps one connection for LISTEN; the rest serves all of them.
    connections: 60,
    statementTimeoutMs: 30_000,
    searchPath: queueSchema,
    onError: (error) => log.warn({ err: error }, 'the queue lost a database connection'),
  });
  pool.setMaxListeners(0);
  const connection = asQueuePool(pool);
  return {
    makeQueue: (name) => new onPostgres.Queue(name, { connection }),
    makeWorker: (name, process, options) =>
      new onPostgres.Worker(name, process, { ...options, connection }),
    check: async () => {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}

/** BullMQ's description of a pool is narrower than pg's own. */
function asQueuePool(pool: unknown) {
  if (isPgPool(pool)) return pool;
  throw new Error('BullMQ does not take this pg.Pool: the versions of pg and bullmq do not fit');
}

/** Makes or updates the queues' own tables. */
export async function migrateQueues(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, queueSchema);
  } finally {
    client.release();
  }
}

const prefix = 'lectern';

export function openRedisBackend(queueUrl: string, log: Log): Backend {
  // Commands fail at once while Redis is away: the outbox keeps what was not taken.
  const forQueues = connectRedis(queueUrl, log, {
    enableOfflineQueue: false,
    commandTimeout: 20_000,
  });
  const forWorkers = connectRedis(queueUrl, log, { maxRetriesPerRequest: null });
  return {
    makeQueue: (name) => new onRedis.Queue(name, { connection: forQueues, prefix }),
    makeWorker: (name, process, options) =>
      new onRedis.Worker(name, process, { ...options, connection: forWorkers, prefix }),
    check: () => requireNoEviction(forQueues),
    close: async () => {
      forQueues.disconnect();
      forWorkers.disconnect();
    },
  };
}

function connectRedis(url: string, log: Log, options: object): Redis {
  const redis = new Redis(url, {
    ...options,
    lazyConnect: true,
    retryStrategy: (tries) => Math.min(100 * tries, 2_000),
  });
  redis.on('error', (error) => log.warn({ err: error }, 'the queue lost Redis'));
  return redis;
}

async function requireNoEviction(redis: Redis): Promise<void> {
  if (redis.status === 'wait') await redis.connect();
  const info = await redis.info('memory');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new Error(
    `the Redis of QUEUE_URL may throw jobs away (maxmemory-policy is ${policy}): set it to noeviction.`,
  );
}
