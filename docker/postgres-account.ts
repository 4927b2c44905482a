import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How PostgreSQL is run: as whoever starts Lectern, or, since it refuses root, as somebody else. */
export type Account = {
  readonly uid?: number;
  readonly gid?: number;
  /** Words before the command, where only a capability gets that account to the files. */
  readonly prefix: readonly string[];
};

type Person = { readonly uid: number; readonly gid: number };

/** Undefined unless root starts it: then the owner of the folder, `postgres`, or a `lectern` made now. */
export function findPostgresPerson(folder: string): Person | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findOwner(folder) ?? findPerson('postgres') ?? findPerson('lectern') ?? addPerson();
}

function findOwner(folder: string): Person | undefined {
  try {
    const { uid, gid } = lstatSync(folder);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

function findPerson(name: string): Person | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined
    ? undefined
    : { uid: Number(uid), gid: Number(gid) };
}

function addPerson(): Person {
  const added = spawnSync('useradd', ['--system', '--no-create-home', 'lectern'], {
    encoding: 'utf8',
  });
  const person = findPerson('lectern');
  if (person !== undefined) return person;
  throw new Error(
    `PostgreSQL does not run as root, and no user could be added for it (${added.error?.message ?? added.stderr.trim()}). ` +
      'Start Lectern as an ordinary user, or name a database in DATABASE_URL.',
  );
}

/** Finds out how `person` gets to both the binaries and the folder, by trying. */
export function chooseAccount(options: {
  readonly person: Person | undefined;
  readonly postgres: string;
  readonly folder: string;
  readonly tell: (line: string) => void;
}): Account {
  const { person, postgres, folder, tell } = options;
  if (person === undefined) return { prefix: [] };
  const ways: readonly Account[] = [
    { ...person, prefix: [] },
    { prefix: withCapability(person, 'dac_read_search') },
    { prefix: withCapability(person, 'dac_override') },
  ];
  const account = ways.find((way) => canReach(way, postgres, folder));
  if (account === undefined) {
    throw new Error(
      `PostgreSQL does not run as root, and the user it runs as (id ${person.uid}) cannot reach ${folder} or ${postgres}. ` +
        'Move both to a folder that everybody may enter, such as /srv, or start Lectern as an ordinary user.',
    );
  }
  if (account.prefix.length > 0) {
    tell('This folder is closed to other users, so PostgreSQL gets the right to pass through it.');
  }
  return account;
}

/** Without `no_setuid_fixup` access(2), by which PostgreSQL finds itself, would not see the capability. */
function withCapability({ uid, gid }: Person, capability: string): string[] {
  const only = `-all,+${capability}`;
  const words = `setpriv --reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --securebits +no_setuid_fixup`;
  return [
    ...words.split(' '),
    ...['--inh-caps', only, '--ambient-caps', only].concat(['--bounding-set', only]),
  ];
}

function canReach(account: Account, postgres: string, folder: string): boolean {
  const probe = '"$0" --version && test -w "$1"';
  const { command, args, ids } = runAs(account, '/bin/sh', ['-c', probe, postgres, folder]);
  return (
    spawnSync(command, args, { ...ids, cwd: '/', stdio: 'ignore', timeout: 10_000 }).status === 0
  );
}

/** What to spawn so that `command` runs under the account. */
export function runAs(account: Account, command: string, args: readonly string[]) {
  const [first = command, ...rest] = [...account.prefix, command, ...args];
  const ids = {
    ...(account.uid !== undefined && { uid: account.uid }),
    ...(account.gid !== undefined && { gid: account.gid }),
  };
  return { command: first, args: rest, ids };
}

/** Gives the folder and all in it to the person, unless it is theirs already. */
export function giveFolder(folder: string, { uid, gid }: Person): void {
  if (lstatSync(folder).uid === uid) return;
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), uid, gid);
  }
}
