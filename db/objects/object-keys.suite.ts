import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { cut, listAll } from './objects.suite.ts';
import type { Objects } from './objects.ts';

const badKeys = [
  '',
  '/etc/passwd',
  '../outside',
  'a/../../b',
  'a/./b',
  'a//b',
  'a/',
  'a\\b',
  'a\0b',
  'a b',
  'имя',
  '.hidden',
  'temp/x',
  `a/${'x'.repeat(201)}`,
  'x/'.repeat(500) + 'x',
];

/** How every store of objects names and lists them. */
export function testObjectKeys(name: string, objects: Objects): void {
  for (const key of badKeys) {
    test(`${name}: ${JSON.stringify(key.slice(0, 40))} is refused as a key`, async () => {
      const refused = /cannot name an object: .+\.$/;
      await assert.rejects(objects.write(key, cut(Buffer.from('x'), 1)), refused);
      await assert.rejects(objects.read(key), refused);
      await assert.rejects(objects.stat(key), refused);
      await assert.rejects(objects.remove(key), refused);
    });
  }

  test(`${name}: keys are listed by prefix and in order`, async () => {
    const folder = randomUUID();
    const names = ['a', 'a-b/c', 'a.txt', 'a/b', 'a/b.c', 'a0', 'ab/c/d', 'b', 'A', '_', 'a/b+c=@'];
    const keys = names.map((each) => `${folder}/${each}x`);
    for (const key of keys) await objects.write(key, cut(Buffer.from(key), 10));
    const list = async (prefix: string) => {
      const found = await listAll(objects, prefix);
      return found.map(({ key }) => key);
    };
    const inOrder = keys.toSorted();
    assert.deepEqual(await list(`${folder}/`), inOrder);
    assert.deepEqual(await list(folder), inOrder);
    assert.deepEqual(
      await list(`${folder}/a`),
      inOrder.filter((key) => key.startsWith(`${folder}/a`)),
    );
    assert.deepEqual(
      await list(`${folder}/a/`),
      inOrder.filter((key) => key.startsWith(`${folder}/a/`)),
    );
    assert.deepEqual(await list(`${folder}/none`), []);
    const [first] = await listAll(objects, `${folder}/ab`);
    assert.equal(first?.sizeBytes, `${folder}/ab/c/dx`.length);
    await assert.rejects(list('../'), /cannot name an object/);
  });

  test(`${name}: more keys than a page of S3 holds are listed`, async () => {
    const folder = randomUUID();
    const keys = Array.from({ length: 1_005 }, (_, i) => `${folder}/${i}`);
    for (let i = 0; i < keys.length; i += 50) {
      const some = keys.slice(i, i + 50);
      await Promise.all(some.map((key) => objects.write(key, cut(Buffer.from('x'), 1))));
    }
    const listed = await listAll(objects, `${folder}/`);
    assert.deepEqual(
      listed.map(({ key }) => key),
      keys.toSorted(),
    );
  });
}
