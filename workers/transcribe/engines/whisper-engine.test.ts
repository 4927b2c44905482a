import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listenTo } from '../../testing/listen-to.ts';
import { writeWhisper } from '../../testing/make-whisper.ts';
import { noise, tone } from '../../testing/speak.ts';
import { findWhisper } from './find-whisper.ts';
import { openWhisperEngine } from './whisper-engine.ts';

const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanUp of cleanups) await cleanUp();
});

const standIn = join(import.meta.dirname, '../../testing/stand-in-transformers');

/** A folder as `npm run models` leaves it, with a small model that is made here. */
async function install(transformers: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-models-'));
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }));
  const folder = join(dataDir, 'models');
  const scope = join(folder, 'node_modules', '@huggingface');
  await mkdir(scope, { recursive: true });
  if (transformers === standIn) await cp(standIn, join(scope, 'transformers'), { recursive: true });
  else await symlink(transformers, join(scope, 'transformers'));
  await writeWhisper(join(folder, 'tiny'));
  await writeFile(join(folder, 'speech.json'), JSON.stringify({ model: 'tiny' }));
  return dataDir;
}

const note = tone(3_000, 440, 8_000);

// The package is no dependency: where it lies, if it is there, is told by this variable.
const real = process.env['TEST_TRANSFORMERS'];
const packages = [
  { name: 'a stand-in for the package', path: standIn, skip: false as const },
  {
    name: 'the package itself',
    path: real ?? '',
    skip: real === undefined ? 'TEST_TRANSFORMERS does not say where it is' : (false as const),
  },
];

for (const { name, path, skip } of packages) {
  test(`Whisper hears words, their times and their language: ${name}`, { skip }, async () => {
    const place = findWhisper(await install(path));
    assert.ok(place);
    const engine = openWhisperEngine(place);
    try {
      assert.deepEqual(await engine.listen(listenTo(note)), {
        language: 'en',
        segments: [{ startMs: 0, endMs: 1_500, text: ' the moon pulls.' }],
      });
      const other = await engine.listen(listenTo(noise(3_000, 8_000)));
      assert.deepEqual([other.language, other.segments[0]?.text], ['ru', ' noise is here.']);
      const told = await engine.listen({ ...listenTo(note), language: 'ru', temperature: 0.4 });
      assert.equal(told.language, 'ru', 'what is told is not looked for');
    } finally {
      engine.close?.();
    }
  });

  test(`a stop ends its process, and the next piece gets another: ${name}`, { skip }, async () => {
    const place = findWhisper(await install(path));
    assert.ok(place);
    const engine = openWhisperEngine(place);
    try {
      const stop = new AbortController();
      const stopped = engine.listen({ ...listenTo(note), signal: stop.signal });
      stop.abort(new Error('stopped'));
      await assert.rejects(stopped, /^Error: stopped$/);
      assert.equal((await engine.listen(listenTo(note))).segments.length, 1);
    } finally {
      engine.close?.();
    }
  });
}

test('what is not whole is not there', async () => {
  const dataDir = await install(standIn);
  await rm(join(dataDir, 'models', 'tiny'), { recursive: true });
  assert.equal(findWhisper(dataDir), undefined);
  assert.equal(findWhisper(join(dataDir, 'nowhere')), undefined);
  await writeFile(join(dataDir, 'models', 'speech.json'), '{"model": "../../etc"}');
  assert.equal(findWhisper(dataDir), undefined);
});

test('a package that is broken is an error in words, and no hang', async () => {
  const dataDir = await install(standIn);
  const file = join(dataDir, 'models/node_modules/@huggingface/transformers/index.js');
  await writeFile(file, 'process.exit(7)');
  const place = findWhisper(dataDir);
  assert.ok(place);
  const engine = openWhisperEngine(place);
  await assert.rejects(engine.listen(listenTo(note)), /^Error: the Whisper process ended with 7$/);
  await writeFile(file, 'throw new Error("no such library")');
  await assert.rejects(engine.listen(listenTo(note)), /Whisper failed: Error: no such library/);
});
