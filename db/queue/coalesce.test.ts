import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coalesce } from './coalesce.ts';

/** A batch function that a test lets go on, and that notes what it was given. */
function makeGate() {
  const batches: number[][] = [];
  const waiting: (() => void)[] = [];
  const run = async (items: number[]) => {
    batches.push(items);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return items.map((item) => item * 10);
  };
  const open = async () => {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.();
  };
  return { batches, run, open };
}

test('calls of one tick go together, and each gets its own answer', async () => {
  const { batches, run, open } = makeGate();
  const call = coalesce(run);
  const answers = Promise.all([call(1), call(2), call(3)]);
  await open();
  assert.deepEqual(await answers, [10, 20, 30]);
  assert.deepEqual(batches, [[1, 2, 3]]);
});

test('what arrives during a batch goes together into the next', async () => {
  const { batches, run, open } = makeGate();
  const call = coalesce(run);
  const first = call(1);
  await new Promise(setImmediate);
  const rest = Promise.all([call(2), call(3)]);
  await open();
  await open();
  assert.deepEqual([await first, ...(await rest)], [10, 20, 30]);
  assert.deepEqual(batches, [[1], [2, 3]]);
});

test('a batch is never larger than allowed', async () => {
  const sizes: number[] = [];
  const call = coalesce(async (items: number[]) => {
    sizes.push(items.length);
    return items;
  }, 4);
  await Promise.all(Array.from({ length: 10 }, (_, i) => call(i)));
  assert.deepEqual(sizes, [4, 4, 2]);
});

test('a batch that fails fails its calls, and the next goes on', async () => {
  let fails = true;
  const call = coalesce(async (items: number[]) => {
    if (fails) throw new Error('away');
    return items;
  });
  const results = await Promise.allSettled([call(1), call(2)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  fails = false;
  assert.equal(await call(3), 3);
});

test('an answer of the wrong length is a fault, not a mix-up', async () => {
  const call = coalesce(async () => [1]);
  await assert.rejects(Promise.all([call(1), call(2)]), /too few or too many/);
});
