import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { writeFrame } from './write-frame.ts';

// Heads as RFC 6455 has them: final, binary, not masked, the length in 7, 16 or 64 bits.
const heads = [
  [0, '8200'],
  [1, '8201'],
  [125, '827d'],
  [126, '827e007e'],
  [65_535, '827effff'],
  [65_536, '827f0000000000010000'],
  [300_000, '827f00000000000493e0'],
] as const;

for (const [length, head] of heads) {
  test(`a message of ${length} bytes is one frame`, () => {
    const message = randomBytes(length);
    assert.deepEqual(writeFrame(message), Buffer.concat([Buffer.from(head, 'hex'), message]));
  });
}
