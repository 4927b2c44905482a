import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { test } from 'node:test';
import { readZip } from '../testing/read-zip.ts';
import { packZip, type ZipEntry } from './pack-zip.ts';

const modifiedAt = new Date('2026-03-01T12:00:00Z');

async function* entries(...all: ZipEntry[]) {
  yield* all;
}

test('what is read from the zip is what was put in', async () => {
  const noise = randomBytes(300_000);
  const zip = packZip(
    entries(
      { name: 'empty.txt', modifiedAt, content: Readable.from([]) },
      { name: 'text.txt', modifiedAt, content: Readable.from(['Приливы ', 'и отливы']) },
      { name: 'a/noise', modifiedAt, content: Readable.from([noise]), isCompressed: true },
    ),
  );
  const files = readZip(await buffer(zip));
  assert.deepEqual([...files.keys()], ['empty.txt', 'text.txt', 'a/noise']);
  assert.equal(files.get('empty.txt')?.length, 0);
  assert.equal(files.get('text.txt')?.toString(), 'Приливы и отливы');
  assert.deepEqual(files.get('a/noise'), noise);
});

test('one entry is open at a time, and none is read ahead of a slow reader', async () => {
  const chunk = randomBytes(64 * 1024);
  let open = 0;
  let given = 0;
  async function* content() {
    open++;
    assert.equal(open, 1);
    for (let i = 0; i < 64; i++, given += chunk.length) yield chunk;
    open--;
  }
  async function* many(): AsyncGenerator<ZipEntry> {
    for (let i = 0; i < 20; i++) {
      yield { name: `${i}`, modifiedAt, content: Readable.from(content()), isCompressed: true };
    }
  }
  let taken = 0;
  let furthest = 0;
  for await (const piece of packZip(many())) {
    taken += Buffer.byteLength(piece);
    await breathe();
    furthest = Math.max(furthest, given - taken);
  }
  assert.equal(given, 20 * 64 * chunk.length);
  assert.ok(furthest < 40 * chunk.length, `${furthest} bytes were held`);
});

test('a content that breaks off breaks the zip off', async () => {
  const broken = new PassThrough();
  broken.write('half');
  const zip = packZip(entries({ name: 'a', modifiedAt, content: broken }));
  setImmediate(() => broken.destroy(new Error('the disk is gone')));
  await assert.rejects(buffer(zip), /the disk is gone/);
});

test('a list of entries that cannot be read on breaks the zip off', async () => {
  async function* failing(): AsyncGenerator<ZipEntry> {
    yield { name: 'a', modifiedAt, content: Readable.from(['a']) };
    throw new Error('the database is gone');
  }
  await assert.rejects(buffer(packZip(failing())), /the database is gone/);
});

test('a reader that leaves closes what is open', async () => {
  const endless = new PassThrough();
  endless.write('something');
  const zip = packZip(entries({ name: 'a', modifiedAt, content: endless }));
  await once(zip, 'readable');
  zip.destroy();
  await once(endless, 'close');
  assert.ok(endless.destroyed);
});
