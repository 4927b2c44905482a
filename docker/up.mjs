// Behind `npm start`: installs what is missing, then hands over to start.ts on Node 24.
import { ensurePrograms } from './install-programs.mjs';
import { runOnNode24 } from './node24.mjs';
import { ensurePackages } from './packages.mjs';
import { programs } from './programs.mjs';
import { tell } from './tell.mjs';

const known = new Set(['--demo', '--no-install']);
const args = process.argv.slice(2);
const unknown = args.find((arg) => !known.has(arg));

if (unknown !== undefined) {
  tell(`${unknown} is not known. npm start -- takes --demo (fills an empty installation with a`);
  tell('demo course) and --no-install (leaves the programs of the system alone).');
  process.exitCode = 2;
} else if (ensurePackages({ withTools: false })) {
  ensurePrograms(programs, { mayInstall: !args.includes('--no-install') });
  await runOnNode24('start.ts', args);
} else {
  process.exitCode = 1;
}
