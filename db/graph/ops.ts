import { type Static, Type } from 'typebox';
import { edgeTypes, elementIdPattern, limits, nodeTypes } from './graph.ts';

// Edits as they come over HTTP.

export const ElementId = Type.String({
  pattern: elementIdPattern,
  description: 'an id in the document, such as a UUID',
});
const NodeType = Type.Enum([...nodeTypes]);
const EdgeType = Type.Enum([...edgeTypes]);
const Title = Type.String({ maxLength: limits.titleLength });
const PositionShape = Type.Object(
  { x: Type.Number(), y: Type.Number() },
  { additionalProperties: false },
);
const Data = Type.Record(Type.String(), Type.Unknown());
const ContentShape = Type.Object(
  { type: Type.Literal('doc'), content: Type.Array(Type.Unknown()) },
  { additionalProperties: false, description: 'rich text, as ProseMirror and Tiptap write it' },
);

const strict = { additionalProperties: false } as const;

const NodeAdd = Type.Object(
  {
    op: Type.Literal('node.add'),
    node: Type.Object(
      {
        id: Type.Optional(ElementId),
        type: NodeType,
        title: Title,
        position: Type.Optional(PositionShape),
        data: Type.Optional(Data),
        content: Type.Optional(ContentShape),
      },
      strict,
    ),
  },
  strict,
);
const NodeUpdate = Type.Object(
  {
    op: Type.Literal('node.update'),
    id: ElementId,
    changes: Type.Object(
      {
        type: Type.Optional(NodeType),
        title: Type.Optional(Title),
        position: Type.Optional(PositionShape),
        data: Type.Optional(Data),
        content: Type.Optional(Type.Union([ContentShape, Type.Null()])),
      },
      { ...strict, minProperties: 1 },
    ),
  },
  strict,
);
const NodeMove = Type.Object(
  { op: Type.Literal('node.move'), id: ElementId, position: PositionShape },
  strict,
);
const NodeRemove = Type.Object({ op: Type.Literal('node.remove'), id: ElementId }, strict);
const EdgeAdd = Type.Object(
  {
    op: Type.Literal('edge.add'),
    edge: Type.Object(
      { id: Type.Optional(ElementId), type: EdgeType, source: ElementId, target: ElementId },
      strict,
    ),
  },
  strict,
);
const EdgeUpdate = Type.Object(
  {
    op: Type.Literal('edge.update'),
    id: ElementId,
    changes: Type.Object(
      {
        type: Type.Optional(EdgeType),
        source: Type.Optional(ElementId),
        target: Type.Optional(ElementId),
      },
      { ...strict, minProperties: 1 },
    ),
  },
  strict,
);
const EdgeRemove = Type.Object({ op: Type.Literal('edge.remove'), id: ElementId }, strict);

export const Op = Type.Union([
  NodeAdd,
  NodeUpdate,
  NodeMove,
  NodeRemove,
  EdgeAdd,
  EdgeUpdate,
  EdgeRemove,
]);
export type Op = Static<typeof Op>;
