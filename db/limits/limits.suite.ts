import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { until } from '../testing/until.ts';
import type { Limits, Patience } from './limits.ts';

const hourMs = 3_600_000;
const patient: Patience = {
  free: 3,
  firstDelayMs: hourMs,
  maxDelayMs: 10 * hourMs,
  forgetMs: 24 * hourMs,
};
const hasty: Patience = { ...patient, firstDelayMs: 1 };

export type OpenedLimits = { readonly limits: Limits; readonly wasAway: () => boolean };

/** What all limits have to do. Long times are never waited for, short ones never measured. */
export function testLimits(name: string, open: () => OpenedLimits): void {
  const check = (title: string, act: (limits: Limits, key: string) => Promise<void>) => {
    test(`${name}: ${title}`, async () => {
      for (let triesLeft = 9; ; triesLeft--) {
        const { limits, wasAway } = open();
        try {
          return await act(limits, `test:${randomUUID()}`);
        } catch (error) {
          // On a machine that stands still their server seems away, which says nothing of them.
          if (!wasAway() || triesLeft === 0) throw error;
        } finally {
          await limits.close();
        }
      }
    });
  };

  check('a window takes so many requests, and each key has its own', async (limits, key) => {
    const rate = { most: 3, windowMs: hourMs };
    for (const left of [2, 1, 0]) {
      const taken = await limits.take(key, rate);
      assert.deepEqual({ ...taken, resetMs: 0 }, { isAllowed: true, most: 3, left, resetMs: 0 });
      assert.ok(taken.resetMs > 0 && taken.resetMs <= hourMs);
    }
    const refused = await limits.take(key, rate);
    assert.deepEqual(
      { ...refused, resetMs: 0 },
      { isAllowed: false, most: 3, left: 0, resetMs: 0 },
    );
    assert.ok(refused.resetMs > 0 && refused.resetMs <= hourMs + 1);
    assert.equal((await limits.take(`${key}:other`, rate)).isAllowed, true);
  });

  check('there is room again when the window is over', async (limits, key) => {
    await limits.take(key, { most: 1, windowMs: hourMs });
    assert.equal((await limits.take(key, { most: 1, windowMs: hourMs })).isAllowed, false);
    const rate = { most: 1, windowMs: 100 };
    await until('a request is let in', async () => (await limits.take(key, rate)).isAllowed);
  });

  check('requests at the same time all count', async (limits, key) => {
    const rate = { most: 20, windowMs: hourMs };
    const taken = await Promise.all(Array.from({ length: 200 }, () => limits.take(key, rate)));
    assert.equal(taken.filter(({ isAllowed }) => isAllowed).length, 20);
  });

  check('attempts at the same time all count', async (limits, key) => {
    const tried = await Promise.all(
      Array.from({ length: 200 }, () => limits.attempt(key, patient)),
    );
    assert.equal(tried.filter(({ isAllowed }) => isAllowed).length, patient.free);
    for (const { isAllowed, waitMs } of tried) assert.equal(isAllowed, waitMs === 0);
    assert.equal((await limits.attempt(`${key}:other`, patient)).isAllowed, true);
  });

  check('an attempt that comes too early makes nobody wait longer', async (limits, key) => {
    for (let i = 0; i < patient.free; i++) await limits.attempt(key, patient);
    let { waitMs: before } = await limits.attempt(key, patient);
    assert.ok(before > 0 && before <= hourMs);
    for (let i = 0; i < 20; i++) {
      const { isAllowed, waitMs } = await limits.attempt(key, patient);
      assert.equal(isAllowed, false);
      assert.ok(waitMs <= before, `${waitMs} after ${before}`);
      before = waitMs;
    }
  });

  check('the delay doubles with each attempt, up to its most', async (limits, key) => {
    const pass = (own: string, patience: Patience) =>
      until('it is allowed', async () => (await limits.attempt(own, patience)).isAllowed);
    const bounded = { ...patient, maxDelayMs: 2 * hourMs };
    for (const [own, patience, longestMs] of [
      [key, patient, 4 * hourMs],
      [`${key}:bounded`, bounded, 2 * hourMs],
    ] as const) {
      for (let i = 0; i < patient.free + 1; i++) await pass(own, hasty);
      await pass(own, patience);
      const { waitMs } = await limits.attempt(own, patience);
      assert.ok(waitMs > longestMs - hourMs && waitMs <= longestMs, `${waitMs}`);
    }
  });

  check('attempts are forgotten when there were none for long', async (limits, key) => {
    const forgetful = { ...patient, free: 1, forgetMs: 100 };
    await limits.attempt(key, forgetful);
    await until('it is allowed', async () => (await limits.attempt(key, forgetful)).isAllowed);
  });

  check('after a success the count begins anew', async (limits, key) => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < patient.free; i++) {
        assert.equal((await limits.attempt(key, patient)).isAllowed, true);
      }
      assert.equal((await limits.attempt(key, patient)).isAllowed, false);
      await limits.forgive(key);
    }
    await limits.forgive(`${key}:unknown`);
  });

  check('an attempt that is given back does not count, the others do', async (limits, key) => {
    for (let i = 0; i < 50; i++) {
      assert.equal((await limits.attempt(key, patient)).isAllowed, true);
      await limits.giveBack(key);
    }
    for (let i = 0; i < patient.free; i++) {
      assert.equal((await limits.attempt(key, patient)).isAllowed, true);
    }
    await limits.giveBack(key);
    assert.equal((await limits.attempt(key, patient)).isAllowed, true);
    assert.equal((await limits.attempt(key, patient)).isAllowed, false);
    await limits.giveBack(`${key}:unknown`);
    assert.equal((await limits.attempt(`${key}:unknown`, patient)).isAllowed, true);
  });
}
