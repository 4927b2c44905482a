import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFolderObjects } from './folder-objects.ts';
import { testObjectKeys } from './object-keys.suite.ts';
import { cut, listAll, readAll, testObjects } from './objects.suite.ts';
import { resealObjects } from './reseal-objects.ts';
import { readSealKeys } from './seal-keys.ts';
import { sealObjects } from './seal-objects.ts';

const root = await mkdtemp(join(tmpdir(), 'lectern-sealed-'));
after(() => rm(root, { recursive: true, force: true }));

const [first = '', second = ''] = [0, 1].map(() => randomBytes(32).toString('base64'));
const inner = openFolderObjects(root);
const plain = sealObjects(inner, []);
const sealed = sealObjects(inner, readSealKeys(first));
const rotated = sealObjects(inner, readSealKeys(`${second}, ${first}`));

testObjects('sealed objects', {
  objects: sealed,
  listUnfinished: () => readdir(join(root, 'temp')),
});
testObjectKeys('sealed objects', sealed);

const frame = 64 * 1024;
const write = (objects: typeof sealed, key: string, bytes: Buffer) =>
  objects.write(key, cut(bytes, 40_000));
const listKeys = async (objects: typeof sealed, prefix: string) =>
  (await listAll(objects, prefix)).map(({ key }) => key);
const onDisk = (key: string) => join(root, `${key}.sealed`);

test('nothing of what is sealed stands in the store', async () => {
  const words = Buffer.from('The moon pulls at the sea. '.repeat(10_000));
  await write(sealed, 'secret/a', words);
  const stored = await readFile(onDisk('secret/a'));
  assert.ok(!stored.includes('moon'));
  await write(sealed, 'secret/b', words);
  assert.ok(!stored.equals(await readFile(onDisk('secret/b'))));
  assert.deepEqual(await listKeys(inner, 'secret/a'), ['secret/a.sealed']);
  assert.equal(await sealed.locate('secret/a'), undefined, 'as a plain file it lies nowhere');
  await write(plain, 'secret/c', words);
  assert.deepEqual(await readFile((await sealed.locate('secret/c')) ?? ''), words);
});

test('sizes and ranges are those of what was written, at every edge of a frame', async () => {
  for (const size of [0, 1, frame - 1, frame, frame + 1, 3 * frame, 3 * frame + 7]) {
    const bytes = randomBytes(size);
    const key = `edges/${size}`;
    await write(sealed, key, bytes);
    assert.equal((await sealed.stat(key))?.sizeBytes, size);
    assert.ok(bytes.equals(await readAll(sealed, key)));
    for (const start of [0, 1, frame - 1, frame, frame + 1, 2 * frame, size - 1]) {
      if (start < 0 || start >= size) continue;
      for (const end of [start, start + 10, start + frame, size + 5]) {
        const part = await readAll(sealed, key, { start, end });
        assert.ok(part.equals(bytes.subarray(start, end + 1)), `${size}: ${start}–${end}`);
      }
    }
  }
});

test('what was changed, cut off or moved in the store is not taken for the object', async () => {
  const bytes = randomBytes(3 * frame);
  const broken = (key: string) => assert.rejects(readAll(sealed, key), { name: 'SealBroken' });
  const change = async (key: string, edit: (stored: Buffer) => Buffer) => {
    await write(sealed, key, bytes);
    await writeFile(onDisk(key), edit(await readFile(onDisk(key))));
    await broken(key);
  };
  await change('broken/flipped', (stored) => {
    stored[stored.length - 100] = (stored.at(-100) ?? 0) ^ 1;
    return stored;
  });
  await change('broken/no-last-frame', (stored) => stored.subarray(0, -(frame + 16)));
  await change('broken/cut', (stored) => stored.subarray(0, 70));
  await change('broken/frames-turned-round', (stored) => {
    const [head, one, two, rest] = [
      stored.subarray(0, 48),
      stored.subarray(48, 48 + frame + 16),
      stored.subarray(48 + frame + 16, 48 + 2 * (frame + 16)),
      stored.subarray(48 + 2 * (frame + 16)),
    ];
    return Buffer.concat([head, two, one, rest]);
  });
  await write(sealed, 'broken/moved', bytes);
  await write(sealed, 'broken/other', bytes);
  await rename(onDisk('broken/moved'), onDisk('broken/other'));
  await broken('broken/other');
});

test('a new key seals what is written from now on, and the old one still opens', async () => {
  await write(sealed, 'rotation/old', Buffer.from('old'));
  await write(rotated, 'rotation/new', Buffer.from('new'));
  assert.equal(String(await readAll(rotated, 'rotation/old')), 'old');
  await assert.rejects(readAll(sealed, 'rotation/new'), /is not in OBJECTS_KEY/);
  await write(rotated, 'rotation/old', await readAll(rotated, 'rotation/old'));
  const newest = sealObjects(inner, readSealKeys(second));
  assert.equal(String(await readAll(newest, 'rotation/old')), 'old');
});

test('a store is not well while what is in it cannot be opened with the keys that there are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-seal-check-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const bare = openFolderObjects(folder);
  const open = (keys: string) => sealObjects(bare, readSealKeys(keys));
  const unknown = { name: 'SealKeyUnknown' };
  await open('').check();
  assert.deepEqual(await listAll(bare, ''), []);
  await write(open(first), 'a/sealed-before-anybody-looked', Buffer.from('words'));
  await assert.rejects(open('').check(), unknown);
  await assert.rejects(open(second).check(), unknown);
  await open(first).check();
  // Where all that is newer is not sealed, it is still known that there was a key.
  await bare.remove('a/sealed-before-anybody-looked.sealed');
  await write(open(''), 'a/plain', Buffer.from('words'));
  await assert.rejects(open('').check(), unknown);
  await assert.rejects(open(second).check(), unknown);
  await open(`${second}, ${first}`).check();
  await resealObjects(open(`${second}, ${first}`), () => undefined);
  await open(second).check();
  await assert.rejects(open(first).check(), unknown);
});

test('what was written before there was a key is read, and sealed when it is written again', async () => {
  await write(plain, 'before/a', Buffer.from('plain'));
  assert.equal(String(await readAll(sealed, 'before/a')), 'plain');
  assert.deepEqual(await listKeys(sealed, 'before/'), ['before/a']);
  await write(sealed, 'before/a', Buffer.from('sealed'));
  assert.deepEqual(await listKeys(inner, 'before/'), ['before/a.sealed']);
  await assert.rejects(readAll(plain, 'before/a'), /is not in OBJECTS_KEY/);
  await sealed.remove('before/a');
  assert.deepEqual(await listKeys(inner, 'before/'), []);
});

test('what is no key says how to make one', () => {
  for (const text of ['short', 'x'.repeat(44), 'ab'.repeat(31)]) {
    assert.throws(() => readSealKeys(text), /openssl rand -base64 32/);
  }
  assert.equal(readSealKeys('ab'.repeat(32)).length, 1);
  assert.deepEqual(readSealKeys(''), []);
});
