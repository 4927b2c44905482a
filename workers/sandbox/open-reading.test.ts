import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Cancel } from '@lectern/db/queue/outcomes';
import { until } from '@lectern/db/testing/until';
import { Type } from 'typebox';
import { defineEngine, type Limits } from './define-engine.ts';
import { openReading } from './open-reading.ts';
import { folderPrefix } from './start-child.ts';

const module = import.meta.resolve('../testing/hostile-reader.ts');
const shape = Type.Object(
  Object.fromEntries(
    ['text', 'ask', 'number', 'done', 'refused', 'by'].map((name) => [
      name,
      Type.Optional(Type.Unknown()),
    ]),
  ),
  { additionalProperties: false },
);

const small: Partial<Limits> = { memoryMb: 200, deadlineMs: 20_000 };

async function readWith(
  run: string,
  {
    limits = small,
    ask,
    signal = new AbortController().signal,
  }: {
    limits?: Partial<Limits>;
    ask?: unknown;
    signal?: AbortSignal;
  } = {},
) {
  const engine = defineEngine({ name: run, module, run, shape, limits: { ...small, ...limits } });
  await using reading = await openReading(engine, { source: bytes(), signal, ask });
  const messages: unknown[] = [];
  for await (const message of reading.messages) messages.push(message);
  const copy = reading.pathOf('../../copy.txt');
  return {
    messages,
    copy: existsSync(copy) ? await readFile(copy, 'utf8') : undefined,
    path: copy,
  };
}

async function* bytes() {
  yield Buffer.from('What is in the file.');
}

/** The code with which a reading is given up for good. */
async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    assert.ok(error instanceof Cancel, String(error));
    assert.ok(error.message.length > 20);
    return error.code;
  }
  return 'none';
}

test('a reader gets its file and what is asked, and leaves nothing behind', async () => {
  const { messages, copy, path } = await readWith('echo', { ask: { pages: [3] } });
  const words = 'What is in the file.';
  assert.deepEqual(messages, [{ text: words, ask: { pages: [3] } }]);
  assert.equal(copy, words);
  assert.ok(!existsSync(path));
});

test('a file that a reader did not write is a fault of the reading, whenever it is looked for', async () => {
  const engine = defineEngine({ name: 'echo', module, run: 'echo', shape, limits: small });
  const { signal } = new AbortController();
  await using reading = await openReading(engine, { source: bytes(), signal });
  for await (const _message of reading.messages);
  assert.equal(await text(reading.read('copy.txt')), 'What is in the file.');
  const missing = reading.read('not-there.txt');
  // Long enough for a file that is opened at once to fail with nobody listening.
  await setTimeout(20);
  assert.equal(await codeOf(text(missing)), 'file_breaks_reader');
});

test('what a reader tells arrives whole and in order', async () => {
  const { messages } = await readWith('count', { ask: 2_000 });
  assert.deepEqual(
    messages,
    Array.from({ length: 2_000 }, (_, number) => ({ number })),
  );
});

test('a reader that takes too much memory, time or room is ended, and the owner is told which', async () => {
  assert.equal(await codeOf(readWith('fillMemory')), 'needs_too_much_memory');
  assert.equal(await codeOf(readWith('fillBuffers')), 'needs_too_much_memory');
  assert.equal(await codeOf(readWith('loop', { limits: { cpuSeconds: 1 } })), 'takes_too_long');
  assert.equal(await codeOf(readWith('loop', { limits: { deadlineMs: 500 } })), 'takes_too_long');
  const outputBytes = 40 * 1024 * 1024;
  assert.equal(
    await codeOf(readWith('fillDisk', { limits: { outputBytes } })),
    'needs_too_much_room',
  );
  assert.equal(await codeOf(readWith('flood', { limits: { memoryMb: 500 } })), 'text_too_large');
});

test('a reader that breaks down, refuses or says nonsense harms nobody', async () => {
  assert.equal(await codeOf(readWith('die')), 'file_breaks_reader');
  assert.equal(await codeOf(readWith('refuse')), 'password_protected');
  await assert.rejects(readWith('nonsense'), /says nonsense/);
  await assert.rejects(readWith('isNotThere'), /reader failed/);
});

test('a reader has no files, no programs, no settings and no network', async () => {
  const outside = join(tmpdir(), 'written-by-a-reader');
  const { messages } = await readWith('escape', { ask: outside });
  assert.equal(messages.length, 10);
  for (const message of messages) assert.match(JSON.stringify(message), /^{"refused"/);
  assert.ok(!existsSync(outside));
});

test('a reading that is given up ends at once, with its process and its folder', async () => {
  const giveUp = new AbortController();
  const reading = readWith('loop', { signal: giveUp.signal });
  void setTimeout(300).then(() => giveUp.abort(new Error('given up')));
  await assert.rejects(reading, /given up/);
});

test('nothing is left of all these but what waits for the next file', async () => {
  const own = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`${folderPrefix}${process.pid}-`));
  await until('three spares at most are left', async () => own().length <= 3);
});
