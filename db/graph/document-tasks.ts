import type { Fault, Graph } from './graph.ts';
import type { OpFault } from './edit-graph.ts';
import type { Op } from './ops.ts';
import type { Unsettled } from './settle-document.ts';

// What is asked of the thread that opens documents, and what it answers.

/** What the thread lacks to have the document of a course as it is now. */
export type CatchUp = {
  readonly courseId: string;
  /** The document as a whole; absent where the thread has it as of an earlier version. */
  readonly state?: Uint8Array;
  readonly stateVersion: number;
  readonly updates: readonly { readonly version: number; readonly data: Uint8Array }[];
};

/** In which version a field last changed, from rows. */
export type FieldVersion = {
  readonly element: string;
  readonly field: string;
  readonly version: number;
};

/** What was changed since the version that an edit was made on, and what it holds now. */
export type Conflict = {
  readonly index: number;
  readonly id: string;
  readonly field: string;
  readonly version: number;
  readonly current: unknown;
};

export type EditTask = {
  readonly kind: 'edit';
  readonly ops: readonly Op[];
  /** Merged without one. */
  readonly baseVersion?: number;
  /** Of the elements that the ops name, as far as rows know. */
  readonly changed?: readonly FieldVersion[];
};

export type EditResult =
  | { readonly outcome: 'done'; readonly update: Uint8Array; readonly applied: readonly string[] }
  | { readonly outcome: 'refused'; readonly faults: readonly OpFault[] }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly Conflict[] };

export type Check = {
  readonly faults: readonly Fault[];
  readonly graph: Graph;
};

/** Tasks about a course's document, with their answers. */
export type CourseTasks = {
  /** The graph as JSON, ready to be sent; with right answers or without. */
  read: { task: { readonly kind: 'read'; readonly hideAnswers: boolean }; result: string };
  check: { task: { readonly kind: 'check' }; result: Check };
  /** Whether it says what those are not to know who are to answer. */
  'has-answers': { task: { readonly kind: 'has-answers' }; result: boolean };
  edit: { task: EditTask; result: EditResult };
  /** Undefined where the document says it already. */
  rewrite: {
    task: { readonly kind: 'rewrite'; readonly graph: Graph };
    result: Uint8Array | undefined;
  };
  /** A new document that says the same, of materials that have other ids. */
  copy: {
    task: { readonly kind: 'copy'; readonly renamed: ReadonlyMap<string, string> };
    result: Uint8Array;
  };
  /** What became of a graph since: both as JSON, which a thread is handed faster than objects. */
  diff: { task: { readonly kind: 'diff'; readonly before: string }; result: string };
};
export type CourseTaskKind = keyof CourseTasks;
export type CourseTask = CourseTasks[CourseTaskKind]['task'];

/** Tasks that need no document that is kept. */
export type OwnTask =
  | { readonly kind: 'settle'; readonly unsettled: Unsettled }
  | { readonly kind: 'build'; readonly graph: Graph }
  | { readonly kind: 'facts'; readonly update: Uint8Array }
  | {
      readonly kind: 'diff-state';
      readonly state: Uint8Array;
      readonly stateVector: Uint8Array;
    }
  | { readonly kind: 'diff'; readonly before: string; readonly after: string };

export type Request =
  | { readonly id: number; readonly catchUp: CatchUp; readonly task: CourseTask }
  | { readonly id: number; readonly task: OwnTask }
  | { readonly forget: string };

export type Answer = {
  readonly id: number;
  readonly result?: unknown;
  /** The version that the answer is of. */
  readonly version?: number;
  readonly error?: string;
  /** The document is not kept any more, and without its state it cannot be opened. */
  readonly needsState?: true;
};
