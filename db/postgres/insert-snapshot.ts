import type { Graph } from '../graph/graph.ts';
import type { Transaction } from './connect.ts';
import type { SnapshotKind } from './graph-tables.ts';
import { newId } from './new-id.ts';

export type NewSnapshot = {
  /** Made here where nobody needs to know it before. */
  readonly id?: string;
  readonly courseId: string;
  readonly version: number;
  readonly kind: SnapshotKind;
  readonly message: string;
  readonly graph: Graph;
  readonly createdBy: string | null;
};

/** Keeps a course's graph as it is in a version. Gives the snapshot's id. */
export async function insertSnapshot(tx: Transaction, snapshot: NewSnapshot): Promise<string> {
  const { id = newId(), courseId, version, kind, message, graph, createdBy } = snapshot;
  await tx
    .insertInto('course_snapshots')
    .values({
      id,
      course_id: courseId,
      version,
      kind,
      message,
      graph: JSON.stringify(graph),
      node_count: graph.nodes.length,
      edge_count: graph.edges.length,
      created_by: createdBy,
    })
    .execute();
  return id;
}
