import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openModelServer } from '../testing/model-server.ts';
import { bringModel } from './bring-model.ts';
import { defaultModel, neededFiles, repositoryOf } from './known-models.ts';

const folder = await mkdtemp(join(tmpdir(), 'lectern-models-'));
after(() => rm(folder, { recursive: true, force: true }));

const decoder = 'onnx/decoder_model_merged_quantized.onnx';
const files = new Map(
  neededFiles.map((name) => [name, randomBytes(name === decoder ? 3_000_000 : 2_000)]),
);
files.set('config.json', Buffer.from('{"small": true}'));

async function bring(base: string) {
  const lines: string[] = [];
  const signal = AbortSignal.timeout(30_000);
  const say = (line: string) => lines.push(line);
  await bringModel({ folder, base, model: defaultModel, signal, say, pauseMs: 1 });
  return lines;
}
const isThere = async () => (await readdir(folder)).includes('speech.json');

test('a model is brought with progress; what breaks off is gone on with; what is there stays', async () => {
  await using server = await openModelServer(
    repositoryOf(defaultModel),
    new Map([...files, ['README.md', Buffer.from('x')]]),
  );
  server.cut(decoder);
  const lines = await bring(server.url);
  assert.ok(
    lines.some((line) => /decoder_model_merged_quantized\.onnx: [1-9]0 % of 3 MB/.test(line)),
  );
  for (const [name, bytes] of files) {
    assert.deepEqual(await readFile(join(folder, defaultModel, name)), bytes, name);
  }
  assert.ok(
    server.asked.some((asked) => asked.startsWith(`${decoder} bytes=`)),
    'with its rest',
  );
  assert.ok(!server.asked.includes('README.md'));
  const installed = JSON.parse(await readFile(join(folder, 'speech.json'), 'utf8'));
  assert.equal(installed.model, defaultModel);
  assert.equal(installed.files.length, neededFiles.length);

  const before = server.asked.length;
  await writeFile(join(folder, defaultModel, 'config.json'), '{"small": lies}');
  await bring(server.url);
  assert.deepEqual(server.asked.slice(before), ['config.json'], 'only what was not right');
});

test('a file with another checksum than it should have is not taken, and no model is there then', async () => {
  await using server = await openModelServer(repositoryOf(defaultModel), files);
  await rm(join(folder, defaultModel), { recursive: true });
  await rm(join(folder, 'speech.json'));
  for (const name of [decoder, 'tokenizer.json']) server.spoil(name);
  await assert.rejects(bring(server.url), /tokenizer\.json is not what it should be: its checksum/);
  assert.equal(await isThere(), false);
});

test('a server that has not all of it, or none, says so', async () => {
  const some = new Map([...files].filter(([name]) => name !== decoder));
  await using server = await openModelServer(repositoryOf(defaultModel), some);
  await assert.rejects(bring(server.url), new RegExp(`has no ${decoder}`));
  await using other = await openModelServer('somebody/else', files);
  await assert.rejects(bring(other.url), /revision\/main\?blobs=true answered 404/);
});
