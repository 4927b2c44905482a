import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from './new-id.ts';

const form = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16);

test('an id is a UUID of version 7 with the time in front', () => {
  const beforeMs = Date.now();
  const id = newId();
  assert.match(id, form);
  assert.ok(timeOf(id) >= beforeMs && timeOf(id) <= Date.now() + 1);
});

test('10,000 ids made at once are all different and in the order of making', () => {
  const ids = Array.from({ length: 10_000 }, () => newId());
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => form.test(id)));
});

test('ids of one millisecond stay in order, also when it has more than fit', () => {
  const nowMs = Date.now() + 3_600_000;
  const ids = Array.from({ length: 10_000 }, () => newId(nowMs));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(timeOf(ids[0] ?? ''), nowMs);
});

test('a clock that is set back breaks no order', () => {
  const first = newId(Date.now() + 7_200_000);
  const second = newId(Date.now());
  assert.ok(second > first);
});
