// Starts PostgreSQL in the folder that is given and lives on, so that a test can kill this process.
import { join } from 'node:path';
import { startPostgres } from '../postgres.ts';

const [base = ''] = process.argv.slice(2);
const postgres = await startPostgres({
  folder: join(base, 'postgres'),
  logFolder: join(base, 'logs'),
  durable: false,
  tell: () => undefined,
});
process.stdout.write(`pid ${postgres.pid()} url ${postgres.url}\n`);
setInterval(() => undefined, 1000);
