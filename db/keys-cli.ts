import { rotateTokenKeys, tokenKeysFile } from './access/token-keys.ts';
import { ConfigError, readConfig } from './config.ts';

// `npm run keys -- rotate`: logins and links are signed with a new key from now on; nobody is logged out.

const usage = 'Write: npm run keys -- rotate';

try {
  const [command, ...more] = process.argv.slice(2);
  if (command !== 'rotate' || more.length > 0) throw new ConfigError([usage]);
  const file = tokenKeysFile(readConfig());
  const id = rotateTokenKeys(file);
  process.stdout.write(
    `New logins are signed with key ${id}. The four keys before it stay good; all are in ${file}.\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
