import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '../testing/until.ts';
import {
  ObjectMissing,
  type Objects,
  type ObjectStat,
  ObjectTooLarge,
  RangeBeyondEnd,
} from './objects.ts';

export type ObjectsUnderTest = {
  readonly objects: Objects;
  /** What writes that are not finished have left in the store. */
  listUnfinished(): Promise<string[]>;
};

const MB = 1024 * 1024;

/** What every store of objects has to do. */
export function testObjects(name: string, subject: ObjectsUnderTest): void {
  const { objects } = subject;
  const check = (title: string, act: (key: string) => Promise<void>) => {
    test(`${name}: ${title}`, async () => {
      await act(`test/${randomUUID()}/original.bin`);
      assert.deepEqual(await subject.listUnfinished(), []);
    });
  };
  /** Neither the object nor a part of it is there. */
  const assertNothingLeft = async (key: string) => {
    assert.equal(await objects.stat(key), undefined);
    assert.deepEqual(await listAll(objects, key), []);
    assert.deepEqual(await subject.listUnfinished(), []);
  };

  check('what is written is read back, with its size and sha256', async (key) => {
    const bytes = randomBytes(3 * MB + 17);
    const beganAtMs = Date.now();
    const written = await objects.write(key, cut(bytes, 40_000));
    assert.deepEqual(written, { sizeBytes: bytes.length, sha256: hashOf(bytes) });
    assert.ok(bytes.equals(await readAll(objects, key)));
    const stat = await objects.stat(key);
    assert.deepEqual([stat?.key, stat?.sizeBytes], [key, bytes.length]);
    // S3 tells whole seconds.
    assert.ok(Math.abs(Number(stat?.modifiedAt) - beganAtMs) < 60_000);
  });

  check('a large object of many parts is whole', async (key) => {
    const bytes = randomBytes(20 * MB);
    const { sha256 } = await objects.write(key, Readable.from(cut(bytes, 65_536)));
    assert.equal(sha256, hashOf(bytes));
    assert.equal(hashOf(await readAll(objects, key)), sha256);
  });

  check('chunks may be tiny or empty', async (key) => {
    const bytes = randomBytes(3_000);
    const source = async function* () {
      for (const byte of bytes) {
        yield Uint8Array.of(byte);
        yield new Uint8Array();
      }
    };
    const { sha256 } = await objects.write(key, source());
    assert.equal(sha256, hashOf(bytes));
    assert.ok(bytes.equals(await readAll(objects, key)));
  });

  check('an object may be empty', async (key) => {
    const written = await objects.write(key, cut(Buffer.alloc(0), 1));
    assert.deepEqual(written, { sizeBytes: 0, sha256: hashOf(Buffer.alloc(0)) });
    assert.equal((await objects.stat(key))?.sizeBytes, 0);
    assert.equal((await readAll(objects, key)).length, 0);
    await assert.rejects(objects.read(key, { start: 0, end: 0 }), RangeBeyondEnd);
  });

  check('ranges include both ends', async (key) => {
    const bytes = Buffer.from('0123456789');
    await objects.write(key, cut(bytes, 3));
    const read = async (start: number, end: number) =>
      String(await readAll(objects, key, { start, end }));
    assert.equal(await read(0, 0), '0');
    assert.equal(await read(9, 9), '9');
    assert.equal(await read(2, 4), '234');
    assert.equal(await read(7, 1_000), '789');
    assert.equal(await read(0, 9), '0123456789');
    await assert.rejects(objects.read(key, { start: 10, end: 10 }), RangeBeyondEnd);
    await assert.rejects(objects.read(key, { start: 3, end: 2 }), /no range of bytes/);
    await assert.rejects(objects.read(key, { start: -1, end: 2 }), /no range of bytes/);
  });

  check('a second write replaces the first', async (key) => {
    await objects.write(key, cut(Buffer.from('a longer first'), 100));
    await objects.write(key, cut(Buffer.from('second'), 100));
    assert.equal(String(await readAll(objects, key)), 'second');
    assert.equal((await listAll(objects, key)).length, 1);
  });

  check('what is not there is missing, and can be removed', async (key) => {
    await assert.rejects(objects.read(key), ObjectMissing);
    await assert.rejects(objects.read(key, { start: 0, end: 1 }), ObjectMissing);
    assert.equal(await objects.stat(key), undefined);
    await objects.remove(key);
    await objects.write(key, cut(Buffer.from('x'), 1));
    await objects.remove(key);
    await objects.remove(key);
    await assertNothingLeft(key);
  });

  for (const sizeBytes of [1_000, 18 * MB]) {
    check(`of a stream longer than ${sizeBytes} bytes nothing is left`, async (key) => {
      const bytes = Buffer.alloc(sizeBytes + 1);
      const options = { maxBytes: sizeBytes };
      await assert.rejects(objects.write(key, cut(bytes, 65_536), options), ObjectTooLarge);
      await assertNothingLeft(key);
      const fitting = await objects.write(key, cut(bytes.subarray(1), 65_536), options);
      assert.equal(fitting.sizeBytes, sizeBytes);
    });

    check(`a source that fails after ${sizeBytes} bytes changes nothing`, async (key) => {
      const fail = () => objects.write(key, failAfter(sizeBytes));
      await assert.rejects(fail, /the sender is gone/);
      await assertNothingLeft(key);
      await objects.write(key, cut(Buffer.from('before'), 10));
      await assert.rejects(fail, /the sender is gone/);
      assert.equal(String(await readAll(objects, key)), 'before');
    });

    check(`an abort after ${sizeBytes} bytes does not wait for the sender`, async (key) => {
      const control = new AbortController();
      const { source, isWaiting } = stallAfter(sizeBytes);
      const writing = objects.write(key, source, { signal: control.signal });
      const refused = assert.rejects(writing, /no longer wanted/);
      await until('the sender stalls', async () => isWaiting());
      control.abort(new Error('no longer wanted'));
      await refused;
      await assertNothingLeft(key);
    });
  }

  check('a write that was aborted before it began reads nothing', async (key) => {
    const signal = AbortSignal.abort(new Error('too late'));
    await assert.rejects(objects.write(key, failAfter(0), { signal }), /too late/);
    await assertNothingLeft(key);
  });

  check('a stream that is no longer read is destroyed', async (key) => {
    const tooLong = Readable.from(cut(Buffer.alloc(100_000), 1_000));
    await assert.rejects(objects.write(key, tooLong, { maxBytes: 10 }), ObjectTooLarge);
    const control = new AbortController();
    const stalled = new Readable({ read: () => undefined });
    const writing = objects.write(key, stalled, { signal: control.signal });
    const refused = assert.rejects(writing, /no longer wanted/);
    await until('it is being read', async () => stalled.listenerCount('readable') > 0);
    control.abort(new Error('no longer wanted'));
    await refused;
    await until('both are', async () => tooLong.destroyed && stalled.destroyed, 5_000);
  });

  check('writers of one key at the same time leave one whole object', async (key) => {
    const versions = Array.from({ length: 5 }, (_, i) => Buffer.alloc(9 * MB, i));
    await Promise.all(versions.map((bytes) => objects.write(key, cut(bytes, 65_536))));
    const sha256 = hashOf(await readAll(objects, key));
    assert.ok(versions.some((bytes) => hashOf(bytes) === sha256));
  });

  check('the store can say that it is fit for use', async () => {
    await objects.check();
  });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function readAll(
  objects: Objects,
  key: string,
  range?: { start: number; end: number },
): Promise<Buffer> {
  return await buffer(await objects.read(key, range));
}

export async function listAll(objects: Objects, prefix: string): Promise<ObjectStat[]> {
  const found: ObjectStat[] = [];
  for await (const stat of objects.list(prefix)) found.push(stat);
  return found;
}

export async function* cut(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function* failAfter(sizeBytes: number): AsyncGenerator<Buffer> {
  yield* cut(Buffer.alloc(sizeBytes), 65_536);
  throw new Error('the sender is gone');
}

/** A sender that sends so much and then nothing, without ending. */
function stallAfter(sizeBytes: number) {
  let waits = false;
  const source = async function* () {
    yield* cut(Buffer.alloc(sizeBytes), 65_536);
    waits = true;
    await new Promise(() => undefined);
  };
  return { source: source(), isWaiting: () => waits };
}
