import { Type } from 'typebox';

const Any = Type.Record(Type.String(), Type.Unknown());

const NodeShape = Type.Object({
  id: Type.String(),
  type: Type.String({ description: 'section, lesson, video, quiz or assignment' }),
  title: Type.String(),
  position: Type.Object({ x: Type.Number(), y: Type.Number() }),
  data: Any,
  content: Type.Optional(
    Type.Object(
      { type: Type.Literal('doc'), content: Type.Array(Type.Unknown()) },
      { description: 'rich text, as ProseMirror and Tiptap write it; absent where there is none' },
    ),
  ),
});

const EdgeShape = Type.Object({
  id: Type.String(),
  type: Type.String({ description: 'next, requires or relates' }),
  source: Type.String(),
  target: Type.String(),
});

export const GraphShape = Type.Object({
  version: Type.Integer(),
  nodes: Type.Array(NodeShape),
  edges: Type.Array(EdgeShape),
});

export const FaultShape = Type.Object({
  code: Type.String(),
  nodeId: Type.Optional(Type.String()),
  edgeId: Type.Optional(Type.String()),
  path: Type.String({ description: 'such as nodes.n1.title' }),
  message: Type.String(),
});
