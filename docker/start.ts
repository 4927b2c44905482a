// The second half of `npm start`, on Node 24: reads the settings and runs everything.
import { inspect } from 'node:util';
import { ConfigError, readConfig } from '@lectern/db/config';
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
      onReady: async (url) => {
        process.stdout.write(`Lectern is ready on ${url}\n`);
      },
    });
    return 0;
  } catch (error) {
    const isForPeople = error instanceof ConfigError || error instanceof StartRefused;
    tell(isForPeople ? error.message : inspect(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}
