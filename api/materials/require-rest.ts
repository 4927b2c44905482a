import type { RunView } from '@lectern/db/postgres/runs';
import { Problem } from '../problems/problem.ts';

/** Two rounds at once would write over each other's results. */
export function requireRest(runs: readonly RunView[]): void {
  const isUnderWay = runs.some(({ state }) => state === 'queued' || state === 'running');
  if (!isUnderWay) return;
  throw new Problem({
    status: 409,
    code: 'material_busy',
    detail:
      'The material is being worked on. Wait until that has ended; its stages show how far it is.',
    headers: { 'retry-after': '5' },
  });
}
