import type { Settlement, Unsettled } from '@lectern/db/graph/settle-document';
import { addHistory } from '@lectern/db/postgres/add-history';
import { type NodeChunks, replaceNodeChunks } from '@lectern/db/postgres/chunks';
import type { Transaction } from '@lectern/db/postgres/connect';
import {
  deleteElements,
  deleteOtherElements,
  upsertEdges,
  upsertFieldVersions,
  upsertNodes,
} from '@lectern/db/postgres/graph-rows';
import { insertSnapshot } from '@lectern/db/postgres/insert-snapshot';
import {
  compactDocument,
  finishSettle,
  holdAuthors,
  holdForSettle,
} from '@lectern/db/postgres/settlements';
import { Snooze } from '@lectern/db/queue/outcomes';
import { courseGone } from './course-gone.ts';
import { shouldCompact } from './should-compact.ts';

export type ToWrite = {
  readonly courseId: string;
  readonly unsettled: Unsettled;
  readonly settlement: Settlement;
  readonly chunks: readonly NodeChunks[];
};

/** Of a course that is edited all the time somebody can have back what it was so long ago. */
const snapshotEveryMs = 10 * 60_000;

/** Makes rows, history and index say what the document says; throws what is to become of the run. */
export async function writeSettlement(
  tx: Transaction,
  { courseId, unsettled, settlement, chunks }: ToWrite,
): Promise<void> {
  const held = await holdForSettle(tx, courseId);
  if (held === undefined) throw courseGone();
  // Another one was faster; it may have read less than this one.
  if (held.settledVersion !== unsettled.settledVersion) throw new Snooze(new Date());
  const { version, history, fieldVersions, faults, hasAnswers } = settlement;
  await writeGraph(tx, courseId, settlement);
  await replaceNodeChunks(tx, courseId, chunks);
  await upsertFieldVersions(tx, courseId, fieldVersions);

  const editors = history.map(({ userId }) => userId);
  const authors = await holdAuthors(tx, editors);
  const nameable = (id: string | null) => (id !== null && authors.has(id) ? id : null);
  const drafts = history.map((draft) => ({ ...draft, userId: nameable(draft.userId) }));
  await addHistory(tx, courseId, drafts);

  const now = new Date();
  const isDue =
    history.length > 0 && now.getTime() - (held.snapshotAt?.getTime() ?? 0) >= snapshotEveryMs;
  if (isDue) {
    await insertSnapshot(tx, {
      courseId,
      version,
      kind: 'automatic',
      message: 'Automatic',
      graph: settlement.graph,
      createdBy: nameable(editors.at(-1) ?? null),
    });
  }
  await finishSettle(tx, courseId, {
    version,
    hasAnswers,
    faultCount: faults.length,
    snapshotAt: isDue ? now : held.snapshotAt,
  });
  if (shouldCompact(unsettled)) await compactDocument(tx, courseId, settlement);
}

async function writeGraph(
  tx: Transaction,
  courseId: string,
  { isWhole, nodes, edges, removedNodes, removedEdges }: Settlement,
): Promise<void> {
  if (isWhole) {
    const idsOf = (elements: readonly { readonly id: string }[]) => elements.map(({ id }) => id);
    await deleteOtherElements(tx, courseId, { table: 'nodes', ids: idsOf(nodes) });
    await deleteOtherElements(tx, courseId, { table: 'edges', ids: idsOf(edges) });
  } else {
    await deleteElements(tx, courseId, { table: 'nodes', ids: removedNodes });
    await deleteElements(tx, courseId, { table: 'edges', ids: removedEdges });
  }
  await upsertNodes(tx, courseId, nodes);
  await upsertEdges(tx, courseId, edges);
}
