import { type Static, Type } from 'typebox';

// What an import tells: each thing that the file had, and what became of it.

const Item = Type.Object({
  kind: Type.Enum(['course', 'node', 'edge', 'material']),
  id: Type.String({
    description: 'in the course that was made; of what was left out, in the file',
  }),
  title: Type.String(),
  courseId: Type.Optional(Type.String()),
  result: Type.Enum(['imported', 'changed', 'left_out']),
  reason: Type.Optional(Type.String({ description: 'why it was left out' })),
  changes: Type.Optional(Type.Array(Type.String())),
});
export type ImportItem = Static<typeof Item>;

const Verified = Type.Object({
  courseId: Type.String(),
  nodes: Type.Integer(),
  edges: Type.Integer(),
  materials: Type.Integer(),
  isEqual: Type.Boolean({ description: 'whether the course holds what was to be imported' }),
  differences: Type.Array(Type.String()),
});
export type VerifiedCourse = Static<typeof Verified>;

export const ImportReport = Type.Object({
  format: Type.Enum(['lectern', 'markdown', 'browser']),
  counts: Type.Object({
    imported: Type.Integer(),
    changed: Type.Integer(),
    left_out: Type.Integer(),
  }),
  items: Type.Array(Item),
  itemsNotListed: Type.Optional(Type.Integer({ description: 'imported as they were' })),
  courses: Type.Array(Type.String(), { description: 'ids of the courses that were made' }),
  verification: Type.Object({ isEqual: Type.Boolean(), courses: Type.Array(Verified) }),
});
export type ImportReport = Static<typeof ImportReport>;
