import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtherProcesses } from './other-processes.ts';

test('until those that are there had time to answer, somebody may be', () => {
  const others = new OtherProcesses(1_000);
  assert.equal(others.mayBe(2_999), true);
  assert.equal(others.mayBe(3_000), false);
  others.ask(9_000);
  assert.equal(others.mayBe(9_000), true);
});

test('one that was heard is there until it leaves, or was silent for a minute', () => {
  const others = new OtherProcesses(0);
  others.hear('a', 10_000);
  others.hear('b', 20_000);
  assert.equal(others.mayBe(70_000), true);
  others.forget('b');
  assert.equal(others.mayBe(70_000), true);
  assert.equal(others.mayBe(70_001), false);
  others.hear('a', 80_000);
  assert.equal(others.mayBe(80_000), true);
});
