import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect, openPool } from '@lectern/db/postgres/connect';
import { migrate } from '@lectern/db/postgres/migrate';
import { until } from '@lectern/db/testing/until';
import { type Postgres, startPostgres } from './postgres.ts';
import { readPostmasterPid } from './postgres-orphan.ts';
import { markOf } from './process-identity.ts';
import { runProgram } from './testing/run-program.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const holder = join(import.meta.dirname, 'testing', 'hold-postgres.ts');
const isRoot = process.getuid?.() === 0;

async function start(base: string, told: string[] = []): Promise<Postgres> {
  const postgres = await startPostgres({
    folder: join(base, 'postgres'),
    logFolder: join(base, 'logs'),
    durable: false,
    tell: (line) => told.push(line),
  });
  after(() => postgres.stop());
  return postgres;
}

const onError = () => undefined;

/** The steps that were still to do: all of them in a new database, none in one that was kept. */
async function migrateAt(url: string): Promise<string[]> {
  const db = connect(openPool({ url, connections: 1, statementTimeoutMs: 30_000, onError }));
  try {
    return await migrate(db);
  } finally {
    await db.destroy();
  }
}

function isAnswering(url: string): Promise<boolean> {
  return migrateAt(url).then(
    () => true,
    () => false,
  );
}

test('what was written is there after a stop and a start, and nobody is left in between', async () => {
  const base = await makeTemporaryFolder();
  const told: string[] = [];
  const first = await start(base, told);
  const pid = first.pid();
  assert.ok(pid !== undefined);
  assert.notDeepEqual(await migrateAt(first.url), []);
  await first.stop();
  assert.equal(markOf(pid), undefined);
  assert.equal(existsSync(join(base, 'postgres', 'postmaster.pid')), false);
  const second = await start(base, told);
  assert.deepEqual(await migrateAt(second.url), []);
  assert.doesNotMatch(told.join('\n'), /earlier start/);
});

test('its password is a secret of this folder, and nobody gets in without it', async () => {
  const base = await makeTemporaryFolder();
  const { url } = await start(base);
  const file = join(base, 'secrets', 'postgres-password');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(base, 'secrets')).mode & 0o777, 0o700);
  assert.equal(new URL(url).password, readFileSync(file, 'utf8'));
  const wrong = new URL(url);
  wrong.password = 'guessed';
  await assert.rejects(migrateAt(wrong.href), (error: Error) => {
    assert.match(String(error.cause), /password authentication failed/);
    return true;
  });
  assert.doesNotMatch(readFileSync(join(base, 'logs', 'postgres.log'), 'utf8'), /guessed/);
});

test('a PostgreSQL that dies is started again at the same address', async () => {
  const base = await makeTemporaryFolder();
  const postgres = await start(base);
  await migrateAt(postgres.url);
  const pid = postgres.pid();
  assert.ok(pid !== undefined);
  process.kill(pid, 'SIGKILL');
  await until('it answers again', () => isAnswering(postgres.url));
  assert.notEqual(postgres.pid(), pid);
  assert.deepEqual(await migrateAt(postgres.url), []);
});

test('one that outlived the kill -9 of its parent is stopped, and its data is kept', async () => {
  const base = await makeTemporaryFolder();
  const killed = runProgram([holder, base], {});
  const [, orphan = '', url = ''] = await killed.see(/pid (\d+) url (\S+)/);
  await migrateAt(url);
  killed.child.kill('SIGKILL');
  await killed.ending;
  assert.notEqual(markOf(Number(orphan)), undefined);
  const told: string[] = [];
  const next = await start(base, told);
  assert.equal(markOf(Number(orphan)), undefined);
  assert.deepEqual(await migrateAt(next.url), []);
  assert.match(told.join('\n'), new RegExp(`earlier start still runs \\(pid ${orphan}\\)`));
});

test('an initialisation that was cut off does not block the next start', async () => {
  const base = await makeTemporaryFolder();
  const killed = runProgram([holder, base], {});
  const drafts = () => readdirSync(base).filter((name) => name.startsWith('postgres.new-'));
  await until('it initialises', async () => drafts().length > 0);
  killed.child.kill('SIGKILL');
  await killed.ending;
  assert.equal(existsSync(join(base, 'postgres')), false);
  const { url } = await start(base);
  assert.notDeepEqual(await migrateAt(url), []);
  assert.deepEqual(drafts(), []);
});

/** Processes that live, and one that is dead and that its parent does not bury. */
const strangers = {
  'another program has by now': ['sleep', '600'],
  'belongs to a dead process that nobody buried': ['sh', '-c', 'true & echo $!; exec sleep 600'],
} as const;

for (const [title, [command, ...args]] of Object.entries(strangers)) {
  test(`a pid file whose number ${title} does not block the start`, async () => {
    const base = await makeTemporaryFolder();
    const first = await start(base);
    await migrateAt(first.url);
    const pid = first.pid();
    assert.ok(pid !== undefined);
    const pidFile = join(base, 'postgres', 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await first.stop();
    const { uid } = statSync(join(base, 'postgres'));
    const other = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(isRoot && { uid }),
      cwd: '/',
    });
    after(() => other.kill('SIGKILL'));
    const number = args.length > 1 ? Number(await once(other.stdout, 'data')) : other.pid;
    assert.ok(number !== undefined && number > 1);
    writeFileSync(pidFile, text.replace(String(pid), String(number)));
    assert.equal(readPostmasterPid(join(base, 'postgres')), number);
    const second = await start(base);
    assert.deepEqual(await migrateAt(second.url), []);
    assert.equal(other.exitCode, null);
  });
}

test(
  'as root it also runs in a folder that other users cannot enter',
  { skip: !isRoot && 'only root gives PostgreSQL another user' },
  async () => {
    const base = await makeTemporaryFolder({ closed: true });
    const told: string[] = [];
    const { url } = await start(base, told);
    assert.notDeepEqual(await migrateAt(url), []);
    assert.match(told.join('\n'), /closed to other users/);
    assert.notEqual(statSync(join(base, 'postgres')).uid, 0);
  },
);

test('a folder of strange files, or of another version, is refused with what to do', async () => {
  const strange = await makeTemporaryFolder();
  mkdirSync(join(strange, 'postgres'));
  writeFileSync(join(strange, 'postgres', 'holiday.jpg'), '');
  await assert.rejects(start(strange), /files that are not PostgreSQL's\. Move them/);

  const old = await makeTemporaryFolder();
  mkdirSync(join(old, 'postgres'));
  writeFileSync(join(old, 'postgres', 'PG_VERSION'), '17\n');
  await assert.rejects(start(old), /made by PostgreSQL 17, and this is 18/);
});

test('a database whose password was lost says so and leaves nothing running', async () => {
  const base = await makeTemporaryFolder();
  await (await start(base)).stop();
  writeFileSync(join(base, 'secrets', 'postgres-password'), 'another');
  await assert.rejects(start(base), /put that file back from a backup/);
  assert.equal(readPostmasterPid(join(base, 'postgres')), undefined);
});
