import { inspect } from 'node:util';
import { ConfigError, readConfig } from './config.ts';
import { openLog } from './log.ts';
import { requireDatabaseUrl } from './open.ts';
import { findDatabaseFault } from './postgres/check-database.ts';
import { connect, openPool } from './postgres/connect.ts';
import { migrate } from './postgres/migrate.ts';
import { migrateQueues } from './queue/open-queues.ts';

// `npm run migrate`: the product's tables, and those of the queues where they live in PostgreSQL.
const { config, databaseUrl } = readOrExit();
const log = openLog(config, 'migrate');
const pool = openPool({
  url: databaseUrl,
  connections: 2,
  statementTimeoutMs: 10 * 60_000,
  onError: (error) => log.warn({ err: error }, 'lost a database connection'),
});
const db = connect(pool);
try {
  const steps = await migrate(db);
  if (config.queueUrl === undefined) await migrateQueues(pool);
  const fault = await findDatabaseFault(db);
  if (fault !== undefined) log.warn(fault);
  log.info({ steps }, steps.length > 0 ? 'migrated the database' : 'the database is up to date');
} catch (error) {
  // The last line is what `npm start` shows: the sentence, and what lies at the bottom of it.
  process.stderr.write(`${inspect(error)}\nError: ${describe(error)}\n`);
  process.exitCode = 1;
} finally {
  await db.destroy();
}

function describe(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  const reason = findReason(error);
  return reason === '' || words.includes(reason) ? words : `${words}: ${reason}`;
}

function findReason(error: unknown): string {
  // Where a name has several addresses, each has its own error and the whole has no words.
  if (error instanceof AggregateError) return findReason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return (error.cause === undefined ? '' : findReason(error.cause)) || error.message;
}

function readOrExit() {
  try {
    const read = readConfig();
    return { config: read, databaseUrl: requireDatabaseUrl(read) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
