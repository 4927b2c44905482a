import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '../open.ts';
import { beginEffect, findEffect } from '../postgres/effects.ts';
import { newId } from '../postgres/new-id.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { effectOnce } from './effect-once.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const once = (key: string, act: () => Promise<unknown>) =>
  effectOnce(store.postgres, { key, runId: null }, act);

test('an effect happens once and its result is remembered', async () => {
  const key = newId();
  let times = 0;
  const act = async () => ({ sent: ++times });
  assert.deepEqual(await once(key, act), { happened: 'now', result: { sent: 1 } });
  assert.deepEqual(await once(key, act), { happened: 'before', result: { sent: 1 } });
  assert.equal(times, 1);
});

test('of two at once one acts', async () => {
  const key = newId();
  let times = 0;
  const act = async () => ++times;
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => once(key, act)));
  assert.equal(times, 1);
  assert.equal(outcomes.filter(({ happened }) => happened === 'now').length, 1);
});

test('an act that throws had no effect and may be tried again', async () => {
  const key = newId();
  await assert.rejects(
    once(key, () => Promise.reject(new Error('refused'))),
    /refused/,
  );
  assert.equal(await findEffect(store.postgres, key), undefined);
  assert.deepEqual(await once(key, async () => 1), { happened: 'now', result: 1 });
});

test('an act whose process vanished is not repeated', async () => {
  const key = newId();
  await beginEffect(store.postgres, key, null);
  const outcome = await once(key, () => Promise.reject(new Error('acted again')));
  assert.deepEqual(outcome, { happened: 'unknown' });
});
