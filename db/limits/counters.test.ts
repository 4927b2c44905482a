import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from './counters.ts';

type Counted = { count: number; expiresAtMs: number };

const openCounters = (maxKeys: number) =>
  new Counters<Counted>({ maxKeys, weigh: ({ count }) => count });

/** Adds a key and counts so often. */
function addKey(counters: Counters<Counted>, key: string, times: number, expiresAtMs = 100): void {
  const counter = counters.add(key, { count: 0, expiresAtMs }, 0);
  for (let i = 0; i < times; i++) {
    counter.count++;
    counters.settle(key, counter, 0);
  }
}

test('a flood of made-up keys stays within its bounds and pushes out its own', () => {
  const counters = openCounters(1_000);
  for (let i = 0; i < 100; i++) addKey(counters, `guessed:${i}`, 5);
  for (let i = 0; i < 50_000; i++) {
    addKey(counters, `flood:${i}`, 1 + (i % 3));
    assert.ok(counters.size <= 1_000);
  }
  assert.equal(counters.size, 1_000);
  for (let i = 0; i < 100; i++) assert.equal(counters.get(`guessed:${i}`, 0)?.count, 5);
});

test('a flood that counts leaves room for new keys, and the bounds hold', () => {
  const counters = openCounters(1_000);
  for (let i = 0; i < 20_000; i++) {
    addKey(counters, `flood:${i}`, 10);
    assert.ok(counters.size <= 1_000);
  }
  for (let i = 0; i < 100; i++) addKey(counters, `new:${i}`, 1);
  for (let i = 0; i < 100; i++) assert.equal(counters.get(`new:${i}`, 0)?.count, 1);
});

test('where all counted the same, the newest stay', () => {
  const counters = openCounters(1_000);
  for (let i = 0; i < 10_000; i++) addKey(counters, `${i}`, 1);
  let kept = 0;
  for (let i = 9_900; i < 10_000; i++) if (counters.get(`${i}`, 0) !== undefined) kept++;
  assert.ok(kept >= 80, `${kept} of the last 100`);
});

test('a counter whose time is over is not there, and makes room before others', () => {
  const counters = openCounters(100);
  for (let i = 0; i < 50; i++) {
    addKey(counters, `over:${i}`, 9, 10);
    addKey(counters, `lasting:${i}`, 1);
  }
  assert.equal(counters.get('over:0', 10), undefined);
  for (let i = 0; i < 40; i++) counters.add(`new:${i}`, { count: 1, expiresAtMs: 100 }, 10);
  for (let i = 0; i < 50; i++) assert.equal(counters.get(`lasting:${i}`, 10)?.count, 1);
});

test('what is over is given up even where there is room', () => {
  const counters = openCounters(100_000);
  for (let i = 0; i < 1_000; i++) addKey(counters, `old:${i}`, i % 10, 10);
  for (let i = 0; i < 500; i++) counters.add(`new:${i}`, { count: 1, expiresAtMs: 100 }, 10);
  assert.equal(counters.size, 500);
});

test('a counter that is replaced is there once', () => {
  const counters = openCounters(10);
  addKey(counters, 'a', 9);
  addKey(counters, 'a', 1);
  assert.equal(counters.size, 1);
  assert.equal(counters.get('a', 0)?.count, 1);
  counters.delete('a');
  assert.equal(counters.size, 0);
});
