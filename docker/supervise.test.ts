import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { findFreePort } from './free-port.ts';
import { markOf } from './process-identity.ts';
import { type Program, runProgram } from './testing/run-program.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const script = join(import.meta.dirname, 'testing', 'supervise-stand-ins.ts');

type Entry = { readonly role: string; readonly word: string; readonly pid: number };

async function makeInstallation() {
  const folder = await makeTemporaryFolder();
  const port = await findFreePort();
  const journal = join(folder, 'journal');
  const readJournal = (): Entry[] => {
    if (!existsSync(journal)) return [];
    const lines = readFileSync(journal, 'utf8').trim().split('\n');
    return lines.map((line) => {
      const [role = '', word = '', pid = ''] = line.split(' ');
      return { role, word, pid: Number(pid) };
    });
  };
  const start = (standIns: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    runProgram([script], {
      // The stand-ins never connect.
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      JOURNAL: journal,
      STAND_INS: standIns.join('\n'),
      ...env,
    });
  const starts = () => readJournal().filter(({ word }) => word === 'starts').length;
  /** Ready says only that the API answers; a part that is still loading does not hear a stop. */
  const isUp = async (running: Program, parts: number) => {
    await running.see(/ready/);
    await until('all parts run', async () => starts() >= parts);
  };
  const nobodyIsLeft = () =>
    until('every process is gone', async () =>
      readJournal().every(({ pid }) => markOf(pid) === undefined),
    );
  return { port, folder, url: `http://127.0.0.1:${port}`, readJournal, start, isUp, nobodyIsLeft };
}

const usual = ['api api', 'workers', 'relay', 'operations'];

test('SIGTERM stops the parts in order, ends with 0, and leaves nobody', async () => {
  const { url, readJournal, start, nobodyIsLeft, folder, isUp } = await makeInstallation();
  const running = start(usual);
  await isUp(running, 4);
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ending, { code: 0, signal: null });
  assert.equal(running.output(), `ready ${url}\n`);
  assert.deepEqual(
    readJournal().flatMap(({ role, word }) => (word === 'stops' ? [role] : [])),
    ['api', 'workers', 'relay', 'operations'],
  );
  await nobodyIsLeft();
  assert.equal(existsSync(join(folder, 'data', 'lectern.lock')), false);
});

test('one Ctrl-C that arrives twice is patient, and a later second one is not', async () => {
  const { start, nobodyIsLeft, isUp } = await makeInstallation();
  const running = start(['api api', 'workers deaf']);
  await isUp(running, 2);
  running.child.kill('SIGINT');
  running.child.kill('SIGINT');
  await running.see(/Stopping; running work has 30 s/);
  const waited = new Promise((resolve) => setTimeout(resolve, 1_000, 'still running'));
  assert.equal(await Promise.race([running.ending, waited]), 'still running');
  running.child.kill('SIGINT');
  assert.deepEqual(await running.ending, { code: 0, signal: null });
  await nobodyIsLeft();
});

test('a part that dies is named with its exit code and started again', async () => {
  const { start, readJournal } = await makeInstallation();
  const running = start(['api api', 'relay dies']);
  await running.see(/relay ended with exit code 7; starting it again in 0\.2 s\./);
  await running.see(/relay ended with exit code 7; starting it again in 0\.4 s\./);
  assert.ok(readJournal().filter(({ role }) => role === 'relay').length >= 2);
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ending, { code: 0, signal: null });
});

test('a second start says who runs where, and leaves the first alone', async () => {
  const { url, start, readJournal, isUp } = await makeInstallation();
  const first = start(usual);
  await isUp(first, 4);
  const second = start(usual);
  assert.equal((await second.ending).code, 1);
  const words = `Lectern already runs here \\(pid ${first.child.pid}\\) at ${url}\\.`;
  assert.match(second.errors(), new RegExp(words));
  assert.equal(readJournal().length, usual.length);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  first.child.kill('SIGTERM');
  await first.ending;
});

test('a start while the one before is stopping waits for it', async () => {
  const { start, isUp, nobodyIsLeft } = await makeInstallation();
  const first = start(['api api', 'workers deaf'], { LECTERN_SHUTDOWN_MS: '0' });
  await isUp(first, 2);
  first.child.kill('SIGTERM');
  await first.see(/Stopping/);
  const second = start(['api api', 'workers']);
  await second.see(new RegExp(`pid ${first.child.pid}\\) is stopping; waiting for it`));
  await isUp(second, 4);
  assert.deepEqual(await first.ending, { code: 0, signal: null });
  second.child.kill('SIGTERM');
  assert.deepEqual(await second.ending, { code: 0, signal: null });
  await nobodyIsLeft();
});

test('after kill -9 of the supervisor its parts end by themselves, and the next start works', async () => {
  const { start, nobodyIsLeft, isUp } = await makeInstallation();
  const first = start(usual);
  await isUp(first, 4);
  first.child.kill('SIGKILL');
  await first.ending;
  await nobodyIsLeft();
  const second = start(usual);
  await isUp(second, 8);
  second.child.kill('SIGTERM');
  assert.deepEqual(await second.ending, { code: 0, signal: null });
});

test('a part that outlives its supervisor is ended by the next start', async () => {
  const { start, readJournal, nobodyIsLeft, isUp } = await makeInstallation();
  const first = start(['api api', 'workers deaf']);
  await isUp(first, 2);
  const deaf = readJournal().find(({ role }) => role === 'workers')?.pid;
  assert.ok(deaf !== undefined);
  first.child.kill('SIGKILL');
  await first.ending;
  assert.notEqual(markOf(deaf), undefined);
  const second = start(['api api', 'workers']);
  await isUp(second, 4);
  assert.equal(markOf(deaf), undefined);
  second.child.kill('SIGTERM');
  await second.ending;
  await nobodyIsLeft();
});

test('what a dead part left in its group is ended by the next start', async () => {
  const { start, readJournal, nobodyIsLeft, isUp } = await makeInstallation();
  const first = start(['api api', 'workers parent']);
  await isUp(first, 2);
  const pidOf = (word: string) =>
    readJournal().find((entry) => entry.role === 'workers' && entry.word === word)?.pid ?? 0;
  await until('its child runs', async () => pidOf('bore') > 0);
  first.child.kill('SIGKILL');
  await first.ending;
  await until('the part is gone', async () => markOf(pidOf('starts')) === undefined);
  assert.notEqual(markOf(pidOf('bore')), undefined);
  const second = start(['api api', 'workers']);
  await isUp(second, 4);
  assert.equal(markOf(pidOf('bore')), undefined);
  second.child.kill('SIGTERM');
  await second.ending;
  await nobodyIsLeft();
});

test('a taken port is refused in a sentence that says what to type, before anything starts', async () => {
  const { port, start, readJournal } = await makeInstallation();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  after(() => other.close());
  const refused = start(usual);
  assert.equal((await refused.ending).code, 1);
  assert.match(refused.errors(), new RegExp(`Port ${port} is taken.*PORT=${port + 1} npm start`));
  assert.deepEqual(readJournal(), []);
});

test('a database that cannot be brought up to date ends the start before its parts', async () => {
  const { start, readJournal, folder } = await makeInstallation();
  const refused = start(usual, { STAND_IN: 'migrate fails' });
  assert.equal((await refused.ending).code, 1);
  assert.match(refused.errors(), /could not be brought up to date.*\n.*migrate\.log/);
  assert.deepEqual(readJournal(), []);
  assert.equal(existsSync(join(folder, 'data', 'lectern.lock')), false);
});

test('a stop before everything is ready is in order too', async () => {
  const { start, readJournal, nobodyIsLeft } = await makeInstallation();
  const running = start(['api', 'workers']);
  await until('its parts run', async () => readJournal().length === 2);
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ending, { code: 0, signal: null });
  assert.equal(running.output(), '');
  assert.deepEqual(
    readJournal().flatMap(({ role, word }) => (word === 'stops' ? [role] : [])),
    ['api', 'workers'],
  );
  await nobodyIsLeft();
});
