import type { Snapshot } from '@lectern/db/postgres/snapshots';
import { type Static, type TSchema, Type } from 'typebox';
import { GraphShape } from './graph-shapes.ts';
import { Id, Instant } from './shapes.ts';

export const SnapshotParams = Type.Object({ id: Id, sid: Id });

export const SnapshotShape = Type.Object({
  id: Id,
  courseId: Id,
  version: Type.Integer({ description: 'the version of the course that it shows' }),
  kind: Type.Enum(['manual', 'automatic', 'published', 'reverted'], {
    description: 'reverted: kept before a revert',
  }),
  message: Type.String(),
  nodes: Type.Integer({ description: 'how many' }),
  edges: Type.Integer({ description: 'how many' }),
  createdBy: Type.Union([Type.Object({ id: Id, name: Type.String() }), Type.Null()], {
    description: 'null when the account is gone',
  }),
  createdAt: Instant,
});

const { nodes, edges } = GraphShape.properties;

/** Sent as the text that the database gives. */
export const SnapshotWithGraph = Type.Unsafe<string>(
  Type.Object({ ...SnapshotShape.properties, graph: Type.Object({ nodes, edges }) }),
);

const Words = Type.Array(
  Type.Object({ op: Type.Enum(['equal', 'insert', 'delete']), text: Type.String() }),
  { description: 'of a text: word by word, of long texts with little in common by paragraphs' },
);

const FieldDiff = Type.Object({
  before: Type.Unknown({ description: 'null where there was none' }),
  after: Type.Unknown({ description: 'null where there is none' }),
  words: Type.Optional(Words),
  texts: Type.Optional(
    Type.Array(Type.Object({ path: Type.Array(Type.String()), words: Words }), {
      description: 'of `data`: its texts that are not as they were, each where it is',
    }),
  ),
});

const Changed = Type.Array(
  Type.Object({
    id: Type.String(),
    title: Type.Optional(Type.String({ description: 'of a node, as it is after' })),
    changes: Type.Record(Type.String(), FieldDiff, { description: 'by field' }),
  }),
);

const elements = <T extends TSchema>(all: T) =>
  Type.Object({ added: all, removed: all, changed: Changed });

/** Sent as the text that the thread of documents gives. */
export const DiffShape = Type.Unsafe<string>(
  Type.Object({ nodes: elements(nodes), edges: elements(edges) }),
);

export function describeSnapshot(snapshot: Snapshot): Static<typeof SnapshotShape> {
  return {
    id: snapshot.id,
    courseId: snapshot.course_id,
    version: snapshot.version,
    kind: snapshot.kind,
    message: snapshot.message,
    nodes: snapshot.node_count,
    edges: snapshot.edge_count,
    createdBy: snapshot.creator,
    createdAt: snapshot.created_at.toISOString(),
  };
}

/** The JSON of a snapshot whose graph is JSON already. */
export function writeSnapshot({ graph, ...snapshot }: Snapshot & { readonly graph: string }) {
  return `${JSON.stringify(describeSnapshot(snapshot)).slice(0, -1)},"graph":${graph}}`;
}
