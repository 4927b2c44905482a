import { readFileSync } from 'node:fs';
import { type Access, openAccess } from './access/open-access.ts';
import type { Bus } from './bus/bus.ts';
import { openBus } from './bus/open-bus.ts';
import type { Cache } from './cache/cache.ts';
import { openCache } from './cache/open-cache.ts';
import { type Config, ConfigError, databaseUrlFile } from './config.ts';
import type { Limits } from './limits/limits.ts';
import { openLimits } from './limits/open-limits.ts';
import { type Documents, openDocuments } from './graph/open-documents.ts';
import { type Log, openLog } from './log.ts';
import { hasCode } from './objects/has-code.ts';
import type { Objects } from './objects/objects.ts';
import { openObjects } from './objects/open-objects.ts';
import { connect, type Db, openPool } from './postgres/connect.ts';
import { openQueues, type Queues } from './queue/open-queues.ts';

/** Everything that remembers, opened once per process and passed as a value. */
export type Store = {
  readonly config: Config;
  readonly log: Log;
  readonly postgres: Db;
  readonly queues: Queues;
  readonly objects: Objects;
  readonly bus: Bus;
  readonly cache: Cache;
  readonly access: Access;
  readonly documents: Documents;
  readonly limits: Limits;
  close(): Promise<void>;
};

/** `role` names the process in logs. Nothing connects before it is first used. */
export function open(config: Config, role: string): Store {
  const log = openLog(config, role);
  const databaseUrl = requireDatabaseUrl(config);
  const pool = openPool({
    url: databaseUrl,
    connections: config.databasePool,
    statementTimeoutMs: config.statementTimeoutMs,
    onError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const postgres = connect(pool);
  const bus = openBus({ databaseUrl, redisUrl: config.redisUrl, log });
  const cache = openCache({ redisUrl: config.redisUrl, bus, log });
  const access = openAccess({ postgres, bus, config, log });
  const limits = openLimits({ redisUrl: config.redisUrl, log });
  const documents = openDocuments(log);
  const objects = openObjects(config);
  const queues = openQueues({ databaseUrl, queueUrl: config.queueUrl, bus, log });
  const close = async () => {
    await queues.close();
    await access.close();
    await documents.close();
    await limits.close();
    await cache.close();
    await bus.close();
    await objects.close();
    await postgres.destroy();
  };
  return { config, log, postgres, queues, objects, bus, cache, access, documents, limits, close };
}

/** The database that is set, or the one that a running `npm start` brought. */
export function requireDatabaseUrl(config: Pick<Config, 'databaseUrl' | 'dataDir'>): string {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const file = databaseUrlFile(config.dataDir);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError([
      hasCode(cause, 'ENOENT', 'ENOTDIR')
        ? 'No database: start Lectern with `npm start`, or set DATABASE_URL.'
        : `${file} cannot be read: run this as the user who typed \`npm start\`, or set DATABASE_URL.`,
    ]);
  }
}
