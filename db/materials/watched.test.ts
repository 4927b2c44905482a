import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findResumption,
  type Interval,
  measureShare,
  mergeIntervals,
  mostIntervals,
} from './watched.ts';

test('stretches are joined where they touch, and counted once where they overlap', () => {
  const merged = mergeIntervals(
    [
      [40, 50],
      [0, 10],
      [5, 20],
      [20, 30],
      [45, 48],
    ],
    100,
  );
  assert.deepEqual(merged, [
    [0, 30],
    [40, 50],
  ]);
  assert.equal(measureShare(merged, 100), 0.4);
});

test('in whatever order stretches come, and however often, what was watched is the same', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 50; round++) {
    const all = Array.from({ length: 30 }, (): Interval => {
      const from = random() * 600;
      return [from, from + random() * 20];
    });
    const atOnce = mergeIntervals(all, 600);
    let oneByOne: Interval[] = [];
    for (const one of all.toSorted(() => random() - 0.5)) {
      oneByOne = mergeIntervals([...oneByOne, one, one], 600);
    }
    assert.deepEqual(oneByOne, atOnce);
    assert.deepEqual(mergeIntervals([...atOnce, ...atOnce], 600), atOnce);
  }
});

test('nothing lies before the beginning or after the end, nor counts backwards', () => {
  assert.deepEqual(
    mergeIntervals(
      [
        [-5, 3],
        [90, 1e9],
        [200, 300],
        [50, 40],
        [7, 7],
      ],
      100,
    ),
    [
      [0, 3],
      [90, 100],
    ],
  );
  assert.equal(measureShare([[0, 3]], 0), 0);
});

test('what lies between two stretches was not watched, however little it is', () => {
  const looked = Array.from({ length: 12 }, (_, i): Interval => [i, i + 0.1]);
  const merged = mergeIntervals(looked, 12);
  assert.deepEqual(merged.at(-1), [11, 11.1]);
  assert.equal(measureShare(merged, 12), 0.1);
  const close = mergeIntervals([...looked, [0.3, 0.9]], 12);
  assert.equal(measureShare(close, 12), 0.15);
});

test('of too many stretches those are joined between which a player left a moment', () => {
  const reports = Array.from({ length: 2 * mostIntervals }, (_, i): Interval => {
    return [i * 5, i * 5 + 4.9];
  });
  const merged = mergeIntervals(reports, 1e4);
  assert.deepEqual(merged, [[0, 10 * mostIntervals - 0.1]]);
});

test('of too many glances none are joined', () => {
  const glances = Array.from({ length: 2 * mostIntervals }, (_, i): Interval => {
    return [i / 4, i / 4 + 0.1];
  });
  assert.equal(measureShare(mergeIntervals(glances, 250), 250), mostIntervals / 2_500);
});

test('of too many stretches the longest stay', () => {
  const many = Array.from({ length: mostIntervals + 50 }, (_, i): Interval => {
    return [i * 10, i * 10 + (i < 50 ? 1 : 2)];
  });
  const kept = mergeIntervals(many, 1e6);
  assert.equal(kept.length, mostIntervals);
  assert.deepEqual(kept[0], [500, 502]);
});

test('one goes on where one left, and begins anew after the end', () => {
  assert.equal(findResumption(300, 600), 300);
  assert.equal(findResumption(595, 600), 0);
  assert.equal(findResumption(585, 600), 585);
  assert.equal(findResumption(9, 10), 9);
});
