import type { Log } from '@lectern/db/log';
import type { Db } from '@lectern/db/postgres/connect';
import { beatRuns, type Mine } from '@lectern/db/postgres/runs';

/** Tells the ledger, for all runs of this process together, that they are alive. */
export type Heart = {
  /** `onLost` is called once when another worker has the run. Gives the way to stop. */
  watch(mine: Mine, onLost: () => void): () => void;
  /** Whether this process is at work on the run. */
  isWatching(runId: string): boolean;
  close(): void;
};

export function startHeart(db: Db, log: Log, everyMs: number): Heart {
  const watched = new Map<string, { mine: Mine; onLost: () => void }>();
  let busy = false;

  const beat = async () => {
    if (busy || watched.size === 0) return;
    busy = true;
    const beaten = [...watched.values()];
    try {
      const alive = await beatRuns(
        db,
        beaten.map(({ mine }) => mine),
      );
      for (const { mine, onLost } of beaten) {
        if (!alive.has(mine.id) && watched.get(mine.id)?.mine === mine) onLost();
      }
    } catch (error) {
      // Not a loss: the fence decides, and the database may be back before anybody else claims.
      log.warn({ err: error, runs: beaten.length }, 'could not send a heartbeat');
    } finally {
      busy = false;
    }
  };

  const timer = setInterval(() => void beat(), everyMs);
  return {
    watch: (mine, onLost) => {
      watched.set(mine.id, { mine, onLost });
      return () => {
        if (watched.get(mine.id)?.mine === mine) watched.delete(mine.id);
      };
    },
    isWatching: (runId) => watched.has(runId),
    close: () => clearInterval(timer),
  };
}
