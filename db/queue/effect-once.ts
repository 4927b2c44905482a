import type { Db } from '../postgres/connect.ts';
import { beginEffect, endEffect, findEffect, forgetEffect } from '../postgres/effects.ts';
import { throughOutage } from '../postgres/through-outage.ts';

/** Whether the effect happened now, had happened before, or may have when a worker vanished in it. */
export type EffectOutcome<Result> =
  | { readonly happened: 'now' | 'before'; readonly result: Result }
  | { readonly happened: 'unknown' };

/** What happened outside is known only here until it is written. */
const patienceMs = 60_000;

/**
 * Does what leaves the house at most once per key. An `act` that throws has said that nothing left,
 * so the key is free again; one whose process vanished leaves `unknown`, and is not repeated.
 */
export async function effectOnce<Result>(
  db: Db,
  { key, runId }: { key: string; runId: string | null },
  act: () => Promise<Result>,
): Promise<EffectOutcome<Result>> {
  if (!(await beginEffect(db, key, runId))) {
    const known = await findEffect(db, key);
    if (known?.state !== 'done') return { happened: 'unknown' };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this act under this key
    return { happened: 'before', result: known.result as Result };
  }
  let result: Result;
  try {
    result = await act();
  } catch (error) {
    await throughOutage(() => forgetEffect(db, key), AbortSignal.timeout(patienceMs));
    throw error;
  }
  await throughOutage(() => endEffect(db, key, result), AbortSignal.timeout(patienceMs));
  return { happened: 'now', result };
}
