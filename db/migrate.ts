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
} finally {
  await db.destroy();
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
