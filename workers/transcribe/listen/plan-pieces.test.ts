import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lengthOf, planPieces } from './plan-pieces.ts';
import { readPiece } from './read-piece.ts';
import { bytesPerMs } from './sound.ts';

const s = (from: number, to: number) => ({ startMs: from * 1_000, endMs: to * 1_000 });

test('stretches of speech are put together, and cut at the longest silence', () => {
  const spans = [s(1, 14), s(15, 26), s(31, 34), s(35, 45)];
  const pieces = planPieces(spans, new Float32Array(3_000));
  assert.deepEqual(
    pieces.map(({ parts }) => parts),
    [
      [s(1, 14), s(15, 26)],
      [s(31, 34), s(35, 45)],
    ],
  );
});

test('who speaks without a pause is cut where it is quietest, and nothing is lost', () => {
  const voice = new Float32Array(5_000).fill(-20);
  voice.fill(-50, 1_300, 1_310);
  const pieces = planPieces([s(0, 100)], voice);
  const cutMs = pieces[0]?.parts[0]?.endMs ?? 0;
  assert.ok(cutMs > 26_000 && cutMs < 26_200, `it is cut at ${cutMs}`);
  const parts = pieces.flatMap((piece) => piece.parts);
  assert.equal(lengthOf(parts), 100_000);
  assert.ok(pieces.every((piece) => lengthOf(piece.parts) <= 29_000));
  parts.reduce((before, part) => {
    assert.equal(part.startMs, before);
    return part.endMs;
  }, 0);
});

test('an excerpt has the samples of its parts, and knows when they are said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-test-'));
  try {
    const path = join(folder, 'sound');
    // Each second has its own number.
    const seconds = Array.from({ length: 10 }, (_, i) => Buffer.alloc(1_000 * bytesPerMs, i));
    await writeFile(path, Buffer.concat(seconds));
    await using file = await open(path);
    const { pcm, durationMs, toSource } = await readPiece(file, { parts: [s(2, 3), s(8, 11)] });
    assert.equal(durationMs, 4_000);
    const heard = [0, 1, 2, 3].map((second) => pcm[second * 1_000 * bytesPerMs]);
    assert.deepEqual(heard, [2, 8, 9, 0]);
    assert.deepEqual([500, 1_500, 9_000].map(toSource), [2_500, 8_500, 11_000]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
