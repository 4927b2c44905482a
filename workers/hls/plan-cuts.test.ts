import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutAtKeys, groupCuts, planPieces, type PlannedPiece } from './plan-cuts.ts';

const every = (stepS: number, endS: number) =>
  Array.from({ length: Math.ceil(endS / stepS) }, (_, i) => i * stepS);

function requireWhole(pieces: readonly PlannedPiece[], endS: number): void {
  let atS = 0;
  for (const { fromS, toS, cutsS } of pieces) {
    assert.equal(fromS, atS, 'a piece begins where the one before ends');
    assert.equal(cutsS[0], fromS);
    assert.ok(toS > fromS);
    for (const [i, cut] of cutsS.entries()) {
      const lengthS = (cutsS[i + 1] ?? toS) - cut;
      assert.ok(lengthS > 0 && lengthS <= 6.05, `a segment of ${lengthS} s at ${cut}`);
    }
    atS = toS;
  }
  assert.ok(Math.abs(atS - endS) < 0.05, `${atS} of ${endS}`);
}

test('pieces leave nothing out, whatever the length and the rate', () => {
  for (const rate of [
    [25, 1],
    [30_000, 1_001],
    [10, 1],
    [60, 1],
  ] as const) {
    for (const endS of [0.02, 1, 3.9, 4, 4.2, 11, 59.7, 600.3, 7_201]) {
      for (const keysS of [every(2, endS), every(0.4, endS), [0], []]) {
        requireWhole(planPieces({ keysS, endS }, rate), Math.max(endS, 1 / (rate[0] / rate[1])));
      }
    }
  }
});

test('the first piece is short, the others about a minute, and begin at key pictures where there are some', () => {
  const keysS = every(7, 7_200);
  const pieces = planPieces({ keysS, endS: 7_200 }, [25, 1]);
  assert.deepEqual([pieces[0]?.cutsS, pieces[0]?.toS], [[0], 4]);
  for (const { fromS, toS } of pieces.slice(4, -1)) {
    assert.ok(toS - fromS > 40 && toS - fromS < 80);
    assert.equal(fromS % 7, 0);
  }
});

test('of a short video there are enough pieces for all who are free', () => {
  const pieces = planPieces({ keysS: every(5, 300), endS: 300 }, [25, 1]);
  for (const { fromS, toS } of pieces.slice(3, -1)) {
    assert.ok(toS - fromS >= 10 && toS - fromS <= 20, `a piece from ${fromS} to ${toS} s`);
  }
});

test('without key pictures pieces are longer: each decodes all that is before it', () => {
  const pieces = planPieces({ keysS: [0, 7_000], endS: 7_200 }, [25, 1]);
  assert.ok(pieces.length < 20, `${pieces.length} pieces`);
});

test('a picture is copied in segments of four to six seconds, or not at all', () => {
  const gaps = (cuts: readonly number[] = []) =>
    new Set(cuts.slice(1).map((cut, i) => Math.round((cut - (cuts[i] ?? 0)) * 10) / 10));
  assert.deepEqual([...gaps(cutAtKeys(every(2, 60), 60))], [4]);
  assert.deepEqual([...gaps(cutAtKeys(every(1, 60), 60))], [5]);
  assert.deepEqual([...gaps(cutAtKeys(every(3, 60), 60))], [6]);
  assert.equal(cutAtKeys(every(10, 60), 60), undefined);
  assert.equal(cutAtKeys([2, 4, 6], 8), undefined, 'nothing at the beginning');
  assert.equal(cutAtKeys([], 8), undefined);
  const cuts = cutAtKeys(every(2, 333), 333) ?? [];
  requireWhole(groupCuts(cuts, 333), 333);
});

test('only the last segment of a video is shorter than four seconds', () => {
  for (const rate of [
    [25, 1],
    [30_000, 1_001],
    [24_000, 1_001],
    [12.5, 1],
  ] as const) {
    for (const stepS of [0.4, 2, 3.5, 7, 10, 1_000]) {
      for (let endS = 8; endS < 300; endS += 0.7) {
        const pieces = planPieces({ keysS: every(stepS, endS), endS }, rate);
        const cuts = [...pieces.flatMap(({ cutsS }) => cutsS), pieces.at(-1)?.toS ?? 0];
        const lengths = cuts.slice(1).map((cut, i) => cut - (cuts[i] ?? 0));
        const short = lengths.slice(0, -1).filter((lengthS) => lengthS < 3.999);
        assert.deepEqual(short, [], `${endS} s at ${rate[0]}, keys each ${stepS} s`);
      }
    }
  }
});
