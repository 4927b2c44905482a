import { promises as fs } from 'node:fs';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import type { Db } from './connect.ts';

/** Brings the database up to date, once: whoever else starts meanwhile waits at the advisory lock. */
export async function migrate(db: Db): Promise<string[]> {
  const migrationFolder = path.join(import.meta.dirname, 'migrations');
  const provider = new FileMigrationProvider({ fs, path, migrationFolder });
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
  const failed = results.find(({ status }) => status === 'Error');
  if (error !== undefined) {
    throw new Error(`cannot migrate the database${failed ? ` at ${failed.migrationName}` : ''}`, {
      cause: error,
    });
  }
  return results.map(({ migrationName }) => migrationName);
}
