import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isId } from '@lectern/db/jobs/define-job';
import { newId } from '@lectern/db/postgres/new-id';
import { deriveId } from './derive-id.ts';

test('the same import gives the same thing the same id, and another thing another', () => {
  const [first, second] = [newId(), newId()];
  assert.equal(deriveId(first, 'course 0'), deriveId(first, 'course 0'));
  assert.notEqual(deriveId(first, 'course 0'), deriveId(first, 'course 1'));
  assert.notEqual(deriveId(first, 'course 0'), deriveId(second, 'course 0'));
});

test('a derived id is a UUIDv7 of the time of its import', () => {
  for (let i = 0; i < 200; i++) {
    const importId = newId();
    const id = deriveId(importId, `node ${i}`);
    assert.ok(isId(id));
    assert.match(id, /^.{14}7.{4}[89ab]/);
    assert.equal(id.slice(0, 13), importId.slice(0, 13));
  }
});
