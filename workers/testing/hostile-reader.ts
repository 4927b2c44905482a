// oxlint-disable require-yield -- some never get as far as to tell anything
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

// Readers that do what one that a hostile file has taken over would do.

type Reading = { readonly folder: string; readonly ask: unknown };

export async function* echo(file: string, { folder, ask }: Reading) {
  const text = await readFile(file, 'utf8');
  await writeFile(join(folder, 'copy.txt'), text);
  yield { text, ask };
}

export async function* count(_file: string, { ask }: Reading) {
  for (let i = 0; i < Number(ask); i++) yield { number: i };
}

export async function* fillMemory() {
  const kept: unknown[] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
}

export async function* fillBuffers() {
  const kept: Buffer[] = [];
  for (let i = 0; i < 1_000; i++) {
    kept.push(Buffer.alloc(16 * 1024 * 1024, i));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function* loop() {
  for (;;);
}

export async function* die() {
  process.abort();
}

export async function* refuse() {
  throw Object.assign(new Error('This one needs a password.'), {
    name: 'Refusal',
    code: 'password_protected',
  });
}

export async function* nonsense() {
  yield { secret: true };
}

export async function* flood() {
  yield { text: 'x'.repeat(20 * 1024 * 1024) };
}

export async function* fillDisk(_file: string, { folder }: Reading) {
  const part = Buffer.alloc(8 * 1024 * 1024);
  for (let i = 0; i < 1_000; i++) await writeFile(join(folder, `${i}`), part);
}

/** Tells what of all this was possible. */
export async function* escape(file: string, { ask }: Reading) {
  const tries: Record<string, () => unknown> = {
    'read a file of the system': () => readFile('/etc/passwd'),
    'write its own file': () => writeFile(file, ''),
    'write outside its folder': () => writeFile(String(ask), ''),
    'start a program': async () => (await import('node:child_process')).execSync('id'),
    'start a thread': async () => {
      const { Worker } = await import('node:worker_threads');
      return new Worker('1', { eval: true });
    },
    'see a setting': () => {
      if (Object.keys(process.env).every((name) => harmless.has(name))) throw new Error('none');
    },
    'connect by net': () => once(connect(9, '127.0.0.1'), 'connect'),
    'connect by http': () => once(request('http://127.0.0.1:9').end(), 'response'),
    fetch: () => fetch('http://127.0.0.1:9'),
    'look up a name': async () => (await import('node:dns')).promises.lookup('localhost'),
  };
  for (const [what, act] of Object.entries(tries)) {
    try {
      await act();
      yield { done: what };
    } catch (error) {
      yield { refused: what, by: String(error) };
    }
  }
}

/** A shell sets these itself. */
const harmless = new Set(['PWD', 'SHLVL', '_', 'OLDPWD']);

export async function* beginAndLoop() {
  yield { done: 'begun' };
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (;;);
}
