import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Unsubscribe } from '@lectern/db/bus/bus';
import type { Store } from '@lectern/db/open';
import type { FastifyBaseLogger } from 'fastify';
import { closeCodes } from '../live/close-codes.ts';
import type { EventStream } from '../live/event-stream.ts';
import type { MaterialDocument } from './describe-material.ts';

/** A few events a second are as much as people see. */
const pauseMs = 300;
/** What the bus did not tell, as while it was away, is seen by looking. */
const lookMs = 15_000;

/** The material as it is now; undefined when it is gone, or no longer the asker's to see. */
export type ReadState = () => Promise<MaterialDocument | undefined>;

export type WatchedState = MaterialDocument & {
  /** Of all its stages together. */
  readonly progress: number;
};

/** Tells a client each new state of a material, until no other follows. */
export async function watchMaterial(
  { bus, log }: Pick<Store, 'bus'> & { readonly log: Pick<FastifyBaseLogger, 'debug' | 'warn'> },
  stream: EventStream,
  { materialId, read }: { readonly materialId: string; readonly read: ReadState },
): Promise<void> {
  const bell = makeBell();
  stream.on('close', bell.ring);
  const endGaps = bus.onGap(bell.ring);
  const unsubscribe = await hear(bus, materialId, bell.ring).catch((error: unknown) => {
    log.debug({ err: error, materialId }, 'cannot hear of a material; looking now and then');
  });
  try {
    let told: string | undefined;
    while (stream.isOpen) {
      // A client that is slow gets the newest state, and none of those between.
      const hasTaken = stream.isTaken;
      if (hasTaken) told = await tell(stream, read, told);
      await sleep(pauseMs, undefined, { ref: false });
      if (stream.isOpen && hasTaken) await bell.heard(lookMs);
    }
  } catch (error) {
    log.warn({ err: error, materialId }, 'could not go on to tell of a material');
    stream.terminate();
  } finally {
    endGaps();
    await unsubscribe?.();
  }
}

async function tell(
  stream: EventStream,
  read: ReadState,
  told: string | undefined,
): Promise<string | undefined> {
  const state = await read();
  if (state === undefined) {
    stream.close(closeCodes.roleChanged, 'The material was deleted, or is no longer yours to see.');
    return told;
  }
  const id = nameState(state);
  if (id !== told) stream.send({ id, data: withProgress(state) });
  if (isOver(state)) stream.end();
  return id;
}

function hear(bus: Store['bus'], materialId: string, ring: () => void): Promise<Unsubscribe> {
  return bus.subscribe(`subject:${materialId}`, ring);
}

/** Whether nothing more happens by itself. */
export function isOver({ status }: Pick<MaterialDocument, 'status'>): boolean {
  return status === 'ready' || status === 'partial' || status === 'failed';
}

/** The same for the same state, whichever process tells it. */
export function nameState(state: MaterialDocument): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 22);
}

function withProgress(state: MaterialDocument): WatchedState {
  const shares = state.stages.map(({ status, progress }) =>
    status === 'failed' || status === 'skipped' ? 1 : progress,
  );
  const sum = shares.reduce((total, share) => total + share, 0);
  return { ...state, progress: shares.length === 0 ? 1 : sum / shares.length };
}

/** Remembers that it was rung until somebody listens. */
function makeBell(): { ring: () => void; heard: (patienceMs: number) => Promise<void> } {
  let hasRung = false;
  let wake: (() => void) | undefined;
  const ring = () => {
    hasRung = true;
    wake?.();
  };
  const heard = async (patienceMs: number) => {
    if (!hasRung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const limit = setTimeout(resolve, patienceMs).unref();
      await promise;
      clearTimeout(limit);
      wake = undefined;
    }
    hasRung = false;
  };
  return { ring, heard };
}
