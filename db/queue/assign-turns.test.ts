import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignTurns } from './assign-turns.ts';

const line = (id: string, owner: string | null, job = 'material.extract') => ({
  id,
  owner,
  job,
  run_id: id,
  run_at: new Date(0),
});

test("an owner's n-th waiting job gets turn n, counted per job", () => {
  const lines = [
    line('a1', 'a'),
    line('a2', 'a'),
    line('b1', 'b'),
    line('a3', 'a', 'material.index'),
    line('a4', 'a'),
  ];
  const waiting = new Map([['material.extract b', 4]]);
  assert.deepEqual(Object.fromEntries(assignTurns(lines, waiting)), {
    a1: 1,
    a2: 2,
    b1: 5,
    a3: 1,
    a4: 3,
  });
});

test('what nobody owns has no turn and goes first', () => {
  assert.equal(assignTurns([line('x', null)], new Map()).size, 0);
});
