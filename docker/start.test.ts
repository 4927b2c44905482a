import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { root } from './parts.ts';
import { findFreePort } from './free-port.ts';
import { markOf } from './process-identity.ts';
import { makeCopy, seeReady, stop, up } from './testing/copy.ts';
import { runProgram } from './testing/run-program.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const person = { email: 'reader@example.org', password: 'correct horse battery staple' };
const coldMs = 15_000;

function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

const register = (url: string) => post(`${url}/v1/auth/register`, { ...person, name: 'Reader' });
const login = (url: string) => post(`${url}/v1/auth/login`, person);

function untilGone(pids: readonly number[]): Promise<boolean> {
  return until('no process is left', async () => pids.every((pid) => markOf(pid) === undefined));
}

test('it starts from nothing, stops in order, and starts again with the data still there', async () => {
  const { url, start, listPids } = await makeCopy();
  const startedAt = performance.now();
  const first = start();
  await seeReady(first, url);
  assert.ok(performance.now() - startedAt < coldMs);
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<html/);
  assert.equal((await register(url)).status, 201);
  const pids = listPids(first);
  // API, workers, relay, operations, PostgreSQL and the supervisor.
  assert.equal(pids.length, 6);
  assert.ok(pids.every((pid) => markOf(pid) !== undefined));
  await stop(first);
  await untilGone(pids);

  const second = start();
  await seeReady(second, url);
  assert.equal((await login(url)).status, 200);
  await stop(second);
});

test('after kill -9 of everything the next start works, with the data still there', async () => {
  const { url, start, listPids } = await makeCopy();
  const first = start();
  await seeReady(first, url);
  assert.equal((await register(url)).status, 201);
  const pids = listPids(first);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await untilGone(pids);
  const second = start();
  await seeReady(second, url);
  assert.equal((await login(url)).status, 200);
  await stop(second);
});

test('after kill -9 of the first process alone the next start works at once', async () => {
  const { url, start, listPids } = await makeCopy();
  const first = start();
  await seeReady(first, url);
  assert.equal((await register(url)).status, 201);
  const pids = listPids(first);
  first.child.kill('SIGKILL');
  await first.ending;
  const second = start();
  await seeReady(second, url);
  await untilGone(pids);
  assert.equal((await login(url)).status, 200);
  await stop(second);
});

test('the commands beside it find its database while it runs, and say so when it does not', async () => {
  const { url, dataDir, start } = await makeCopy();
  const beside = async (...words: string[]) => {
    const run = runProgram(words, { DATA_DIR: dataDir, DATABASE_URL: '' });
    return { ...(await run.ending), output: run.output(), errors: run.errors() };
  };
  const jobs = [join(root, 'db', 'jobs-cli.ts'), 'list'];
  const migration = join(root, 'db', 'migrate.ts');
  const file = join(dataDir, 'secrets', 'database-url');
  const running = start();
  await seeReady(running, url);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const listed = await beside(...jobs);
  assert.equal(listed.code, 0, listed.errors);
  assert.match(listed.output, /^\d+ runs?$/m);
  const migrated = await beside(migration);
  assert.equal(migrated.code, 0, migrated.errors);
  assert.match(migrated.output, /the database is up to date/);
  await stop(running);
  assert.equal(existsSync(file), false);
  for (const words of [jobs, [migration]]) {
    const { code, errors } = await beside(...words);
    assert.equal(code, 2);
    assert.equal(errors, 'No database: start Lectern with `npm start`, or set DATABASE_URL.\n');
  }
});

test('two copies run side by side and know nothing of each other', async () => {
  const [one, two] = [await makeCopy(), await makeCopy()];
  const [first, second] = [one.start(), two.start()];
  await Promise.all([seeReady(first, one.url), seeReady(second, two.url)]);
  assert.equal((await register(one.url)).status, 201);
  assert.equal((await login(one.url)).status, 200);
  assert.equal((await login(two.url)).status, 401);
  await Promise.all([stop(first), stop(second)]);
});

test('a part that is killed is back soon, and the rest goes on meanwhile', async () => {
  const { url, dataDir, start } = await makeCopy();
  const running = start();
  await seeReady(running, url);
  const readRelay = (): number =>
    JSON.parse(readFileSync(join(dataDir, 'lectern.lock'), 'utf8')).children.relay.pid;
  const relay = readRelay();
  process.kill(relay, 'SIGKILL');
  await running.see(/relay was ended by SIGKILL; starting it again in 0\.2 s\./);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  await until('another relay runs', async () => readRelay() !== relay);
  await stop(running);
});

test('settings that cannot be are refused with what to write instead', async () => {
  const refused = runProgram([up, '--no-install'], { PORT: 'soon', LECTERN_MAX_BODIES: '1MB' });
  assert.equal((await refused.ending).code, 2);
  assert.match(refused.errors(), /PORT is "soon": write a whole number from 1 to 65535\./);
  assert.match(refused.errors(), /LECTERN_MAX_BODIES is not a setting\. Write LECTERN_MAX_BODY/);
  assert.equal(refused.output(), '');
});

test('a data folder that cannot be is refused in one sentence', async () => {
  const file = join(await makeTemporaryFolder(), 'file');
  writeFileSync(file, '');
  for (const dataDir of [file, join(file, 'below'), '/proc/foo']) {
    const refused = runProgram([up, '--no-install'], { DATA_DIR: dataDir });
    assert.equal((await refused.ending).code, 2);
    assert.match(
      refused.errors(),
      /^DATA_DIR is ".*": make it a folder that you may write to, or write another one \(.*\)\.\n$/,
    );
  }
});

test('a database that cannot be reached is named with the reason', async () => {
  const port = await findFreePort();
  const { dataDir } = await makeCopy();
  for (const host of ['127.0.0.1', 'localhost']) {
    const refused = runProgram([up, '--no-install'], {
      DATA_DIR: dataDir,
      DATABASE_URL: `postgres://nobody@${host}:${port}/none`,
      PORT: String(await findFreePort()),
    });
    assert.equal((await refused.ending).code, 1);
    const words = 'could not be brought up to date: .*: connect ECONNREFUSED .*';
    assert.match(refused.errors(), new RegExp(`${words}:${port}\\nThe log is .*migrate\\.log`));
  }
});
