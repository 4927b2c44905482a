import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRenditions } from './plan-renditions.ts';

const sizes = (width: number, height: number) =>
  planRenditions({ width, height }, [30, 1])
    .map((one) => `${one.width}x${one.height}`)
    .join(' ');

test('a usual screen gets the usual sizes, below its own', () => {
  assert.equal(sizes(1_920, 1_080), '1920x1080 1280x720 854x480 640x360');
  assert.equal(sizes(1_280, 720), '1280x720 854x480 640x360');
  assert.equal(sizes(640, 360), '640x360 426x240');
  assert.equal(sizes(3_840, 2_160), '1920x1080 1280x720 854x480 640x360');
});

test('an upright, a square and a very wide picture keep their shapes', () => {
  assert.equal(sizes(1_080, 1_920), '1080x1920 720x1280 480x854 360x640');
  assert.equal(sizes(1_080, 1_080), '1080x1080 720x720 480x480 360x360');
  assert.equal(sizes(3_840, 800), '1920x400 1280x266 854x178 640x134');
});

test('nothing is made larger than it is, nor in sides that cannot be encoded', () => {
  for (const [width, height] of [
    [853, 481],
    [1, 1],
    [1_001, 3],
    [719, 405],
    [4_096, 4_095],
  ] as const) {
    const plan = planRenditions({ width, height }, [25, 1]);
    assert.ok(plan.length > 0);
    for (const one of plan) {
      assert.ok(one.width <= Math.max(2, width) && one.height <= Math.max(2, height));
      assert.ok(one.width % 2 === 0 && one.height % 2 === 0);
    }
    assert.equal(new Set(plan.map(({ name }) => name)).size, plan.length, 'names differ');
  }
});

test('more frames a second may take more, and need a higher level', () => {
  const [slow] = planRenditions({ width: 1_280, height: 720 }, [30, 1]);
  const [fast] = planRenditions({ width: 1_280, height: 720 }, [60, 1]);
  assert.deepEqual([slow?.level, fast?.level], [31, 32]);
  assert.ok((fast?.peak ?? 0) > (slow?.peak ?? 0));
});
