import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFrameRate, type FrameRate } from './frame-rate.ts';

test('a rate is as it is told where the picture comes steadily, and one that all show where it does not', () => {
  const told: readonly (readonly [FrameRate | undefined, FrameRate | undefined, FrameRate])[] = [
    [
      [25, 1],
      [25, 1],
      [25, 1],
    ],
    [
      [30_000, 1_001],
      [30_000, 1_001],
      [30_000, 1_001],
    ],
    [undefined, [29_980, 1_000], [30_000, 1_001]],
    // A part of it comes at 30.
    [
      [30, 1],
      [20, 1],
      [30, 1],
    ],
    [
      [60, 1],
      [41, 1],
      [60, 1],
    ],
    // A screen on which little happens; and a base that is only the finest clock.
    [
      [30, 1],
      [4, 1],
      [10, 1],
    ],
    [
      [1_000, 1],
      [17, 1],
      [20, 1],
    ],
    [
      [90_000, 1],
      [29_970, 1_000],
      [30_000, 1_001],
    ],
    [undefined, undefined, [25, 1]],
  ];
  for (const [base, average, wanted] of told) {
    const { frameRate } = chooseFrameRate(base, average);
    assert.deepEqual(frameRate, wanted, JSON.stringify([base, average]));
  }
});
