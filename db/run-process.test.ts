import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { freshEnv } from './testing/fresh-store.ts';

const fresh = await freshEnv();
const env = { ...fresh, LECTERN_LOG_LEVEL: 'info' };
const runProcessUrl = new URL('run-process.ts', import.meta.url).href;
const configUrl = new URL('config.ts', import.meta.url).href;

type Options = { readonly env?: Record<string, string>; readonly ipc?: boolean };

/** Runs `start` as the whole of a process; what it prints is `child.lines`. */
function run(start: string, options: Options = {}) {
  const source = `
    import { runProcess } from ${JSON.stringify(runProcessUrl)};
    import { ConfigError } from ${JSON.stringify(configUrl)};
    const say = (word) => process.stdout.write(word + '\\n');
    runProcess('trial', ${start});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { PATH: process.env['PATH'], ...env, ...options.env },
    stdio: options.ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  assert.ok(stdout && stderr);
  const lines: string[] = [];
  const reader = createInterface(stdout).on('line', (line) => lines.push(line));
  const said = async (word: string) => {
    while (!lines.some((line) => line.includes(word))) await once(reader, 'line');
  };
  return { child, lines, said, stderr: text(stderr), ended: codeOf(child, reader) };
}

/** The exit code, once all that the child printed has been read. */
async function codeOf(child: ChildProcess, reader: Interface): Promise<number | null> {
  const [[code]]: [(number | null)[], unknown] = await Promise.all([
    once(child, 'exit'),
    once(reader, 'close'),
  ]);
  return code ?? null;
}

const serve = `async (store) => {
  const timer = setInterval(() => {}, 1_000);
  say('up');
  return { close: async () => { clearInterval(timer); await store.bus.publish('t', 'x'); say('closed'); } };
}`;

test('a process that was started without the key of the files says so', async () => {
  const objectsKey = randomBytes(32).toString('base64');
  await run(
    `async (store) => { await store.objects.check(); await store.close(); process.exit(0); }`,
    {
      env: { OBJECTS_KEY: objectsKey },
    },
  ).ended;
  const { child, said, ended } = run(serve);
  await said('not in OBJECTS_KEY');
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  await rm(join(String(fresh['DATA_DIR']), 'objects'), { recursive: true });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} closes in order, the store last, and ends with 0; a second one changes nothing`, async () => {
    const { child, said, lines, ended } = run(serve);
    await said('up');
    child.kill(signal);
    child.kill(signal);
    assert.equal(await ended, 0);
    assert.equal(lines.filter((line) => line === 'closed').length, 1);
    assert.match(lines.at(-1) ?? '', /trial stopped/);
  });
}

test('a process whose parent is gone closes in order', async () => {
  const { child, said, lines, ended } = run(serve, { ipc: true });
  await said('up');
  child.disconnect();
  assert.equal(await ended, 0);
  assert.ok(lines.includes('closed'));
});

test('it does so too when nobody is left to read its log', async () => {
  const { child, said } = run(serve, { ipc: true });
  await said('up');
  child.stdout?.destroy();
  const exit = once(child, 'exit');
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
});

test('a stop during the start tells the start, and closes what it then gives', async () => {
  const start = `async (store, stopping) => {
    say('starting');
    await new Promise((resolve) => {
      const timer = setInterval(() => {}, 1_000);
      stopping.addEventListener('abort', () => { clearInterval(timer); resolve(); });
    });
    return { close: async () => say('closed') };
  }`;
  const { child, said, lines, ended } = run(start);
  await said('starting');
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.ok(lines.includes('closed'));
});

test('bad settings are refused with a sentence each and 2, before anything starts', async () => {
  const { stderr, lines, ended } = run(serve, { env: { PORT: 'many', LECTERN_LOG_LEVEL: 'loud' } });
  assert.equal(await ended, 2);
  const sentences = (await stderr).trim().split('\n');
  assert.equal(sentences.length, 2);
  assert.match(sentences.join(' '), /PORT is "many".*LECTERN_LOG_LEVEL is "loud"/);
  assert.deepEqual(lines, []);
});

test('a start that finds a setting wanting is refused in the same way', async () => {
  const { stderr, ended } = run(`async () => { throw new ConfigError(['Write a token.']); }`);
  assert.equal(await ended, 2);
  assert.equal(await stderr, 'Write a token.\n');
});

const faults = {
  'a start that fails': `async () => { throw new Error('no luck'); }`,
  'an error that nobody handles': `async () => {
    setTimeout(() => { throw new Error('no luck'); }, 1);
    return { close: async () => {} };
  }`,
  'a promise that nobody handles': `async () => {
    setTimeout(() => { void Promise.reject(new Error('no luck')); }, 1);
    return { close: async () => {} };
  }`,
};
for (const [what, start] of Object.entries(faults)) {
  test(`${what} is logged and ends with 1`, async () => {
    const { lines, ended } = run(start);
    assert.equal(await ended, 1);
    assert.match(lines.at(-1) ?? '', /"level":60.*no luck/);
  });
}

test('a close that fails ends with 1', async () => {
  const { child, said, ended, lines } = run(`async () => {
    setInterval(() => {}, 1_000);
    say('up');
    return { close: async () => { throw new Error('no luck'); } };
  }`);
  await said('up');
  child.kill('SIGTERM');
  assert.equal(await ended, 1);
  assert.match(lines.at(-1) ?? '', /could not stop in order/);
});

test('a close that never ends is cut off with 1', async () => {
  const { child, said, ended, lines } = run(
    `async () => {
      setInterval(() => {}, 1_000);
      say('up');
      return { close: () => new Promise(() => {}) };
    }`,
    { env: { LECTERN_SHUTDOWN_MS: '0' } },
  );
  await said('up');
  child.kill('SIGTERM');
  assert.equal(await ended, 1);
  assert.match(lines.at(-1) ?? '', /did not stop in time/);
});
