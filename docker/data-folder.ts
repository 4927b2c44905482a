import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '@lectern/db/config';

/** Makes the folder for all that is kept, and gives the one for logs in it. */
export function prepareDataFolder(dataDir: string): string {
  const logFolder = join(dataDir, 'logs');
  try {
    makeFolder(logFolder);
    for (const folder of [dataDir, logFolder]) {
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    return logFolder;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `DATA_DIR is "${dataDir}": make it a folder that you may write to, or write another one (${words}).`,
    ]);
  }
}

/** Step by step, since a recursive mkdir tries for ever where a parent is there and refuses, as in /proc. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another start may have made it in between.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
