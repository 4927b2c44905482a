// Runs the supervisor with stand-ins: STAND_INS holds one line for each, such as `relay deaf`.
import { join } from 'node:path';
import { readConfig } from '@lectern/db/config';
import { supervise } from '../supervise.ts';

const file = join(import.meta.dirname, 'stand-in.ts');
const lines = (process.env['STAND_INS'] ?? '').split('\n');

try {
  await supervise({
    config: readConfig(process.env, null),
    env: process.env,
    planParts: () =>
      lines.map((line) => ({ role: line.split(' ')[0] ?? line, file, env: { STAND_IN: line } })),
    migration: file,
    onReady: async (url) => {
      process.stdout.write(`ready ${url}\n`);
    },
  });
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}
