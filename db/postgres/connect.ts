import { Kysely, type Transaction as KyselyTransaction, PostgresDialect } from 'kysely';
import pg from 'pg';
import { prepareInserts } from './prepare-inserts.ts';
import type { Tables } from './tables.ts';

/** A connection or a transaction: what a query needs. */
export type Db = Kysely<Tables>;
/** For queries that are only right together with others. */
export type Transaction = KyselyTransaction<Tables>;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type PoolOptions = {
  readonly url: string;
  readonly connections: number;
  readonly statementTimeoutMs: number;
  readonly searchPath?: string;
  readonly onError: (error: Error) => void;
};

/** A pool in which no statement, lock or idle transaction can wait for ever. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + 5_000,
    lock_timeout: Math.ceil(options.statementTimeoutMs / 2),
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    ...(options.searchPath !== undefined && { options: `-c search_path=${options.searchPath}` }),
  });
  pool.on('error', options.onError);
  // A client in use that loses its server would end the process; its query rejects, which is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export function connect(pool: pg.Pool): Db {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: prepareInserts(pool) }) });
}
