// The second half of `npm start`, on Node 24: reads the settings and runs everything.
import { inspect } from 'node:util';
import { ConfigError, readConfig } from '@lectern/db/config';
import { fillWithDemo } from './demo.ts';
import { planParts } from './parts.ts';
import { StartRefused, supervise } from './supervise.ts';
import { tell } from './tell.mjs';

// Whoever read our words may be gone before us, as in `npm start | head -1`.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.exit(await run());

async function run(): Promise<number> {
  try {
    await supervise({
      config: readConfig(),
      env: process.env,
      planParts,
      migration: 'db/migrate.ts',
      onReady: async (url, databaseUrl) => {
        process.stdout.write(`Lectern is ready on ${url}\n`);
        if (process.argv.includes('--demo')) await addDemo(url, databaseUrl);
      },
    });
    return 0;
  } catch (error) {
    const isForPeople = error instanceof ConfigError || error instanceof StartRefused;
    tell(isForPeople ? error.message : inspect(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}

/** Lectern goes on whatever becomes of the demo. */
async function addDemo(url: string, databaseUrl: string): Promise<void> {
  try {
    for (const line of await fillWithDemo(url, databaseUrl)) tell(line);
  } catch (error) {
    tell(`The demo could not be added: ${error instanceof Error ? error.message : String(error)}`);
  }
}
