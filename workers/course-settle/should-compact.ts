import type { Unsettled } from '@lectern/db/graph/settle-document';

const mostUpdates = 500;

/**
 * Whoever opens a document reads its state and every update after it; to write the state anew costs
 * its size. So it is done when the updates are many, or weigh a quarter of it.
 */
export function shouldCompact({ state, updates }: Pick<Unsettled, 'state' | 'updates'>): boolean {
  const bytes = updates.reduce((sum, { data }) => sum + data.length, 0);
  return updates.length >= mostUpdates || bytes > state.length / 4;
}
