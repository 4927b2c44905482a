// Behind `npm test`: installs what tests need, then hands over to run-tests.ts on Node 24.
import { ensurePrograms } from './install-programs.mjs';
import { runOnNode24 } from './node24.mjs';
import { ensurePackages } from './packages.mjs';
import { testPrograms } from './programs.mjs';

if (ensurePackages({ withTools: true })) {
  ensurePrograms(testPrograms);
  await runOnNode24('run-tests.ts', process.argv.slice(2));
} else {
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}
