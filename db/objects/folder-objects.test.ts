import assert from 'node:assert/strict';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFolderObjects } from './folder-objects.ts';
import { testObjectKeys } from './object-keys.suite.ts';
import { cut, listAll, readAll, testObjects } from './objects.suite.ts';
import { openObjects } from './open-objects.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'lectern-objects-'));
after(() => rm(dataDir, { recursive: true, force: true }));
const root = join(dataDir, 'objects');
const objects = openObjects({ objectsUrl: undefined, objectsKeys: [], dataDir });

testObjects('objects in a folder', { objects, listUnfinished: () => readdir(join(root, 'temp')) });
testObjectKeys('objects in a folder', objects);

const text = (content: string) => cut(Buffer.from(content), 1_000);

test('a folder that is a link is not entered, to read, write, remove or list', async () => {
  const outside = join(dataDir, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(join(root, 'links'), { recursive: true });
  await symlink(outside, join(root, 'links', 'folder'));
  await symlink(join(outside, 'secret'), join(root, 'links', 'file'));
  for (const key of ['links/folder/secret', 'links/file', 'links/folder/new/deep']) {
    const isLink = /is a symbolic link/;
    await assert.rejects(objects.read(key), isLink);
    await assert.rejects(objects.stat(key), isLink);
    await assert.rejects(objects.remove(key), isLink);
    await assert.rejects(objects.write(key, text('changed')), isLink);
  }
  assert.deepEqual(await listAll(objects, 'links/'), []);
  assert.deepEqual(await readdir(outside), ['secret']);
  assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
  assert.deepEqual(await readdir(join(root, 'temp')), []);
});

test('its folders are closed to the other users of this machine', async () => {
  const folder = join(dataDir, 'closed', 'objects');
  await openFolderObjects(folder).write('a/b/one', text('1'));
  for (const name of ['.', 'temp', 'a', 'a/b']) {
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o700, name);
  }
});

test('a removed object takes the folders along that it leaves empty', async () => {
  await objects.write('tidy/a/b/one', text('1'));
  await objects.write('tidy/a/two', text('2'));
  await objects.remove('tidy/a/b/one');
  assert.deepEqual(await readdir(join(root, 'tidy/a')), ['two']);
  await objects.remove('tidy/a/two');
  assert.ok(!(await readdir(root)).includes('tidy'));
});

test('writing beside objects that are being removed loses nothing', async () => {
  const work = async (key: string) => {
    for (let round = 0; round < 150; round++) {
      // Each write may find that the folder it made was tidied away as an empty one.
      await objects.write(key, text(key));
      assert.equal(String(await readAll(objects, key)), key);
      await objects.remove(key);
    }
  };
  await Promise.all([work('race/a/b/1'), work('race/a/b/2'), work('race/a/3')]);
  assert.deepEqual(await listAll(objects, 'race/'), []);
});

test('an object is found as a file of this machine, and one that is missing is not', async () => {
  await objects.write('found/1', text('here'));
  const path = await objects.locate('found/1');
  assert.equal(await readFile(path ?? '', 'utf8'), 'here');
  assert.equal(await objects.locate('found/2'), undefined);
});

test('an object cannot be a folder of others', async () => {
  await objects.write('solid', text('x'));
  await assert.rejects(objects.write('solid/inside', text('y')), /cannot be a folder of others/);
  await objects.write('hollow/inside', text('x'));
  await assert.rejects(objects.write('hollow', text('y')), /cannot be a folder of others/);
  await objects.remove('hollow');
  assert.equal(await objects.stat('hollow'), undefined);
  assert.equal(String(await readAll(objects, 'hollow/inside')), 'x');
  assert.deepEqual(await readdir(join(root, 'temp')), []);
});

test('what a killed process left behind is removed a day later, not before', async () => {
  const folder = join(dataDir, 'abandoned');
  const temp = join(folder, 'temp');
  await mkdir(temp, { recursive: true });
  for (const name of ['old', 'young']) await writeFile(join(temp, name), 'half');
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  await utimes(join(temp, 'old'), longAgo, longAgo);
  await openFolderObjects(folder).write('a', text('a'));
  assert.deepEqual(await readdir(temp), ['young']);
});

test('a folder that cannot be used is told with what to do', async () => {
  await writeFile(join(dataDir, 'a-file'), '');
  const blocked = openFolderObjects(join(dataDir, 'a-file', 'objects'));
  await assert.rejects(blocked.check(), /cannot keep files in .*a-file.*DATA_DIR/);
});
