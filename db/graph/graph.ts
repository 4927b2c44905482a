import type { RichText } from './rich-text.ts';

// A course as authors see it: what its document says, read within bounds.

export const nodeTypes = ['section', 'lesson', 'video', 'quiz', 'assignment'] as const;
export const edgeTypes = ['next', 'requires', 'relates'] as const;

export type Position = { readonly x: number; readonly y: number };

export type GraphNode = {
  readonly id: string;
  /** One of `nodeTypes`; what else a client wrote is kept, and is a fault. */
  readonly type: string;
  readonly title: string;
  readonly position: Position;
  readonly data: Readonly<Record<string, unknown>>;
  /** Only where there is any. */
  readonly content?: RichText;
};

export type GraphEdge = {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly target: string;
};

export type Graph = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

export type FaultCode =
  | 'invalid_value'
  | 'unknown_type'
  | 'title_missing'
  | 'duplicate_id'
  | 'edge_to_nowhere'
  | 'requires_cycle'
  | 'unreachable_node'
  | 'lesson_empty'
  | 'quiz_without_answer';

/** What keeps a course from being published. */
export type Fault = {
  readonly code: FaultCode;
  readonly nodeId?: string;
  readonly edgeId?: string;
  /** Such as `nodes.n1.title`. */
  readonly path: string;
  /** For the author: what is wrong, with the titles of what it is about. */
  readonly message: string;
};

/**
 * The id of a node or an edge, for expressions with the flag `u`. Control characters and halves of
 * characters would make one that nobody can type or see.
 */
export const elementIdPattern = String.raw`^[^\p{Cc}\p{Cs}]{1,200}$`;

/** More than people build by hand; what a document holds beyond is left out and reported. */
export const limits = {
  nodes: 20_000,
  edges: 50_000,
  titleLength: 1_000,
  dataCharacters: 256 * 1024,
  dataDepth: 20,
  contentCharacters: 1024 * 1024,
  contentDepth: 60,
} as const;
