import { sql } from 'kysely';
import type { GraphEdge, GraphNode } from '../graph/graph.ts';
import type { FieldVersion } from '../graph/document-tasks.ts';
import type { Transaction } from './connect.ts';
import { cutBatches, writeBatches } from './cut-batches.ts';

/** Rows that say already what they should are not written again. */
export async function upsertNodes(
  tx: Transaction,
  courseId: string,
  nodes: readonly GraphNode[],
): Promise<void> {
  const rows = nodes.map(({ id, type, title, position, data, content }) => {
    return { id, type, title, position, data, content };
  });
  for (const batch of writeBatches(rows)) {
    await sql`
      insert into nodes (course_id, id, type, title, position, data, content)
      select ${courseId}::uuid, id, type, title, position, data, content
      from jsonb_to_recordset(${batch}::jsonb)
        as node(id text, type text, title text, position jsonb, data jsonb, content jsonb)
      on conflict (course_id, id) do update
      set type = excluded.type, title = excluded.title, position = excluded.position,
        data = excluded.data, content = excluded.content
      where (nodes.type, nodes.title, nodes.position, nodes.data, nodes.content) is distinct from
        (excluded.type, excluded.title, excluded.position, excluded.data, excluded.content)`.execute(
      tx,
    );
  }
}

export async function upsertEdges(
  tx: Transaction,
  courseId: string,
  edges: readonly GraphEdge[],
): Promise<void> {
  for (const batch of writeBatches(edges)) {
    await sql`
      insert into edges (course_id, id, type, source, target)
      select ${courseId}::uuid, id, type, source, target
      from jsonb_to_recordset(${batch}::jsonb)
        as edge(id text, type text, source text, target text)
      on conflict (course_id, id) do update
      set type = excluded.type, source = excluded.source, target = excluded.target
      where (edges.type, edges.source, edges.target) is distinct from
        (excluded.type, excluded.source, excluded.target)`.execute(tx);
  }
}

type Which = {
  readonly table: 'nodes' | 'edges';
  readonly ids: readonly string[];
};

export async function deleteElements(
  tx: Transaction,
  courseId: string,
  { table, ids }: Which,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    delete from ${sql.table(table)} where course_id = ${courseId} and id = any(${ids}::text[])`.execute(
    tx,
  );
}

export async function deleteOtherElements(
  tx: Transaction,
  courseId: string,
  { table, ids }: Which,
): Promise<void> {
  await sql`
    delete from ${sql.table(table)} as element where course_id = ${courseId}
      and not exists (select from unnest(${ids}::text[]) as kept(id) where kept.id = element.id)`.execute(
    tx,
  );
}

export async function upsertFieldVersions(
  tx: Transaction,
  courseId: string,
  versions: readonly FieldVersion[],
): Promise<void> {
  for (const batch of cutBatches(versions, ({ element }) => element.length)) {
    await sql`
      insert into graph_changes (course_id, element, field, version)
      select ${courseId}::uuid, element, field, version
      from unnest(
        ${batch.map(({ element }) => element)}::text[],
        ${batch.map(({ field }) => field)}::text[],
        ${batch.map(({ version }) => version)}::bigint[]
      ) as change(element, field, version)
      on conflict (course_id, element, field) do update
      set version = greatest(graph_changes.version, excluded.version)`.execute(tx);
  }
}
