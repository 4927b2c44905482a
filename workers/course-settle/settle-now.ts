import { DocumentFailed } from '@lectern/db/graph/document-thread';
import type { Settlement, Unsettled } from '@lectern/db/graph/settle-document';
import { settleCourse } from '@lectern/db/jobs/course';
import { beginSettle, loadUnsettled, requeueSettle } from '@lectern/db/postgres/settlements';
import type { Context } from '../runtime/define-worker.ts';
import { findChangedChunks } from './find-changed-chunks.ts';
import { writeSettlement } from './write-settlement.ts';

export type ToSettle = {
  readonly courseId: string;
  /** Whether rows and index are written anew, as when they were lost. */
  readonly isWhole: boolean;
};

/** Makes rows, history and index say what the document says now; false where there is none. */
export async function settleNow(
  context: Context<unknown>,
  { courseId, isWhole }: ToSettle,
): Promise<boolean> {
  const { store, log, signal, save } = context;
  const startedAt = performance.now();
  // Committed before the document is read: an edit that is not in it puts the next settle down.
  await beginSettle(store.postgres, courseId);
  const unsettled = await loadUnsettled(store.postgres, courseId);
  if (unsettled === undefined) return false;
  if (!isWhole && isSettled(unsettled)) return true;

  const settlement = await settle(context, courseId, { ...unsettled, isWhole });
  const settledAt = performance.now();
  const about = { courseId, signal };
  const chunks = await findChangedChunks(store.postgres, about, settlement.nodes);
  const toWrite = { courseId, unsettled, settlement, chunks };
  // A step of its own and not the run's end: what is announced has to be true by then.
  await save((tx) => writeSettlement(tx, toWrite));
  const { version, nodes, faults } = settlement;
  announce(context, courseId, { version, faults: faults.length });
  log.info(
    {
      courseId,
      version,
      updates: unsettled.updates.length,
      nodes: nodes.length,
      indexed: chunks.length,
      faults: faults.length,
      settleMs: Math.round(settledAt - startedAt),
      ms: Math.round(performance.now() - startedAt),
    },
    'settled course',
  );
  return true;
}

function isSettled({ settledVersion, stateVersion, updates }: Unsettled): boolean {
  return settledVersion >= (updates.at(-1)?.version ?? stateVersion);
}

async function settle(
  { store, run }: Pick<Context<unknown>, 'store' | 'run'>,
  courseId: string,
  unsettled: Unsettled,
): Promise<Settlement> {
  try {
    return await store.documents.settle(unsettled);
  } catch (error) {
    const isLast = run.attempts + 1 >= settleCourse.retry.attempts;
    // It waits to be tried again; edits that come until then need no other.
    if (error instanceof DocumentFailed && !isLast) await requeueSettle(store.postgres, courseId);
    throw error;
  }
}

function announce(
  { store }: Pick<Context<unknown>, 'store'>,
  courseId: string,
  news: { readonly version: number; readonly faults: number },
): void {
  const message = JSON.stringify({ event: 'course.settled', ...news });
  store.bus.publish(`subject:${courseId}`, message).catch((error: unknown) => {
    store.log.debug({ err: error, courseId }, 'could not say that a course is settled');
  });
}
