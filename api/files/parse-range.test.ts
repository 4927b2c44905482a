import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRange } from './parse-range.ts';

test('a range is read as HTTP means it', () => {
  const cases: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, undefined],
    ['bytes=0-4', { start: 0, end: 4 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=5-900', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    // More than a number can count.
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    [`bytes=5-${'9'.repeat(400)}`, { start: 5, end: 9 }],
    [`bytes=-${'9'.repeat(400)}`, { start: 0, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=0-1,4-5', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
    ['nonsense', undefined],
  ];
  for (const [header, expected] of cases)
    assert.deepEqual(parseRange(header, 10), expected, header);
  assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable');
});
