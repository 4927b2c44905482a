import { ConfigError, readConfig } from './config.ts';
import { checkObjects, type CheckOptions, type Finding } from './objects/check-objects.ts';
import { openObjects } from './objects/open-objects.ts';
import { resealObjects } from './objects/reseal-objects.ts';
import { open } from './open.ts';

const usage = `npm run objects -- <command>

  check [--deep]  holds files against rows and rows against files, and lists what does not fit; changes
                  nothing. Deep, it also reads every original and compares it with its hash
  seal            writes every file again, sealed with the first key of OBJECTS_KEY; stop Lectern before
`;

const keyMissing = 'sealed with a key that is not given';

process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  try {
    switch (words.join(' ')) {
      case 'check':
        return await check({ isDeep: false });
      case 'check --deep':
        return await check({ isDeep: true });
      case 'seal':
        return await seal();
      default:
        process.stderr.write(usage);
        return 2;
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** What is lost, changed or opened by no key is a fault; an orphan only takes room. */
async function check(options: CheckOptions): Promise<number> {
  const { postgres, objects, close } = open(readConfig(), 'objects');
  const counts = { lost: 0, changed: 0, sealed: 0, orphan: 0 };
  try {
    for await (const finding of checkObjects(postgres, objects, options)) {
      counts[finding.kind]++;
      say(describe(finding));
    }
  } finally {
    await close();
  }
  const { lost, changed, sealed, orphan } = counts;
  const closed = sealed > 0 ? `, ${sealed} ${keyMissing}` : '';
  say(`${lost} lost, ${changed} changed${closed}, ${orphan} without a row`);
  return lost + changed + sealed > 0 ? 1 : 0;
}

/** Needs no database, which `npm start` takes with it when it stops. */
async function seal(): Promise<number> {
  const config = readConfig();
  if (config.objectsKeys.length === 0) {
    process.stderr.write('Set OBJECTS_KEY first; `openssl rand -base64 32` makes one.\n');
    return 2;
  }
  const objects = openObjects(config);
  try {
    const count = await resealObjects(objects, () => undefined);
    say(`${count} files are sealed with the first key.`);
  } finally {
    await objects.close();
  }
  return 0;
}

function describe(finding: Finding): string {
  if (finding.kind === 'orphan') {
    const { key, sizeBytes, modifiedAt } = finding.object;
    return `orphan   ${key}  ${sizeBytes} bytes  ${modifiedAt.toISOString()}`;
  }
  const { key, what, id, sizeBytes } = finding.row;
  if (finding.kind === 'lost') return `lost     ${key}  of ${what} ${id}`;
  if (finding.kind === 'sealed') return `sealed   ${key}  of ${what} ${id}: ${keyMissing}`;
  const { object } = finding;
  const how =
    sizeBytes === null || sizeBytes === object.sizeBytes
      ? 'as large as it was, but damaged'
      : `${object.sizeBytes} bytes instead of ${sizeBytes}`;
  return `changed  ${key}  of ${what} ${id}: ${how}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
