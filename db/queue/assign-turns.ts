import type { OutboxLine } from '../postgres/outbox.ts';

/** BullMQ's last priority. */
const lastTurn = 2_097_152;

/**
 * Fair share: an owner's n-th waiting job gets priority n, so nobody waits behind another's hundreds.
 * Jobs that nobody owns go first. `waiting` holds, per job and owner, how many wait already.
 */
export function assignTurns(
  lines: readonly OutboxLine[],
  waiting: ReadonlyMap<string, number>,
): Map<string, number> {
  const taken = new Map(waiting);
  const turns = new Map<string, number>();
  for (const { id, job, owner } of lines) {
    if (owner === null) continue;
    const key = `${job} ${owner}`;
    const turn = Math.min((taken.get(key) ?? 0) + 1, lastTurn);
    taken.set(key, turn);
    turns.set(id, turn);
  }
  return turns;
}
