import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { test } from 'node:test';
import { cut } from './objects.suite.ts';
import { writeBatches } from './write-batches.ts';

test('writes that stop short are gone on with', async () => {
  const bytes = randomBytes(2_500_000);
  const written: Buffer[] = [];
  const file = {
    async writev<T extends readonly NodeJS.ArrayBufferView[]>(buffers: T) {
      const views = buffers.map(({ buffer, byteOffset, byteLength }) =>
        Buffer.from(buffer, byteOffset, byteLength),
      );
      const accepted = Buffer.concat(views).subarray(0, 99_999);
      written.push(accepted);
      return { bytesWritten: accepted.length, buffers };
    },
  };
  await writeBatches(file, cut(bytes, 65_536));
  assert.ok(Buffer.concat(written).equals(bytes));
});

test('small chunks are written many at a time', async () => {
  let writes = 0;
  const file = {
    async writev<T extends readonly NodeJS.ArrayBufferView[]>(buffers: T) {
      writes++;
      return { bytesWritten: buffers.reduce((sum, each) => sum + each.byteLength, 0), buffers };
    },
  };
  await writeBatches(file, cut(Buffer.alloc(4 * 1024 * 1024), 16_384));
  assert.equal(writes, 4);
});

const full = '/dev/full';
test(
  'a full disk is told',
  { skip: existsSync(full) ? false : `there is no ${full} here` },
  async () => {
    await using file = await open(full, 'w');
    await assert.rejects(writeBatches(file, cut(Buffer.alloc(5_000_000), 65_536)), /ENOSPC/);
  },
);
