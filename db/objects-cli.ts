import { ConfigError, readConfig } from './config.ts';
import { checkObjects, type Finding } from './objects/check-objects.ts';
import { resealObjects } from './objects/reseal-objects.ts';
import { open, type Store } from './open.ts';

const usage = `npm run objects -- <command>

  check    holds files against rows and rows against files, and lists what does not fit; changes nothing
  seal     writes every file again, sealed with the first key of OBJECTS_KEY; stop the workers before
`;

process.exitCode = await main(process.argv.slice(2));

async function main([command, ...more]: string[]): Promise<number> {
  if ((command !== 'check' && command !== 'seal') || more.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  let store: Store;
  try {
    store = open(readConfig(), 'objects');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  try {
    return command === 'check' ? await check(store) : await seal(store);
  } finally {
    await store.close();
  }
}

/** What is lost or changed is a fault; an orphan only takes room. */
async function check({ postgres, objects }: Store): Promise<number> {
  const counts = { lost: 0, changed: 0, orphan: 0 };
  for await (const finding of checkObjects(postgres, objects)) {
    counts[finding.kind]++;
    say(describe(finding));
  }
  say(`${counts.lost} lost, ${counts.changed} changed, ${counts.orphan} without a row`);
  return counts.lost + counts.changed > 0 ? 1 : 0;
}

async function seal({ config, objects }: Store): Promise<number> {
  if (config.objectsKeys.length === 0) {
    process.stderr.write('Set OBJECTS_KEY first; `openssl rand -base64 32` makes one.\n');
    return 2;
  }
  const count = await resealObjects(objects, () => undefined);
  say(`${count} files are sealed with the first key.`);
  return 0;
}

function describe(finding: Finding): string {
  if (finding.kind === 'orphan') {
    const { key, sizeBytes, modifiedAt } = finding.object;
    return `orphan   ${key}  ${sizeBytes} bytes  ${modifiedAt.toISOString()}`;
  }
  const { key, what, id, sizeBytes } = finding.row;
  if (finding.kind === 'lost') return `lost     ${key}  of ${what} ${id}`;
  return `changed  ${key}  of ${what} ${id}: ${finding.object.sizeBytes} bytes instead of ${sizeBytes}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
