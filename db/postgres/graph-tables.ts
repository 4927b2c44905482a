import type { Generated, JSONColumnType } from 'kysely';
import type { Graph } from '../graph/graph.ts';
import type { ImportReport } from '../jobs/import-report.ts';
import type { Instant, MaybeInstant } from './column-types.ts';

export type CourseDocumentsTable = {
  course_id: string;
  version: Generated<number>;
  /** A Yjs update that holds the whole document as of `state_version`. */
  state: Generated<Buffer>;
  state_version: Generated<number>;
  /** Up to here rows, history and index follow the document. */
  settled_version: Generated<number>;
  size_bytes: Generated<number>;
  is_settle_queued: Generated<boolean>;
  /** Whether a quiz says what is right: such a document is not for those who are to answer. */
  has_answers: Generated<boolean>;
  fault_count: Generated<number>;
  snapshot_at: MaybeInstant;
};

export type CourseUpdatesTable = {
  course_id: string;
  version: number;
  data: Buffer;
  user_id: string | null;
  at: Instant;
};

export type NodesTable = {
  course_id: string;
  id: string;
  type: string;
  title: string;
  position: JSONColumnType<{ x: number; y: number }>;
  data: JSONColumnType<Record<string, unknown>>;
  content: JSONColumnType<object | null, string | null, string | null>;
};

export type EdgesTable = {
  course_id: string;
  id: string;
  type: string;
  source: string;
  target: string;
};

export type GraphChangesTable = {
  course_id: string;
  element: string;
  field: string;
  version: number;
};

export type ElementKind = 'node' | 'edge';
export type HistoryAction = 'added' | 'changed' | 'removed';
/** By field; short values are told, of others only that they changed. */
export type FieldChanges = Record<string, { before?: unknown; after?: unknown }>;

export type CourseHistoryTable = {
  id: string;
  course_id: string;
  user_id: string | null;
  element_kind: ElementKind;
  element_id: string;
  title: string;
  action: HistoryAction;
  changes: JSONColumnType<FieldChanges>;
  from_version: number;
  to_version: number;
  started_at: Date;
  ended_at: Date;
};

export type SnapshotKind = 'manual' | 'automatic' | 'published' | 'reverted';

export type CourseSnapshotsTable = {
  id: string;
  course_id: string;
  version: number;
  kind: SnapshotKind;
  message: string;
  graph: JSONColumnType<Graph>;
  node_count: number;
  edge_count: number;
  created_by: string | null;
  created_at: Instant;
};

export type CommentTarget = 'course' | 'node' | 'edge';

export type CommentsTable = {
  id: string;
  course_id: string;
  /** The comment that began the thread; null for that one. */
  parent_id: string | null;
  target_kind: CommentTarget;
  target_id: string | null;
  author_id: string | null;
  body: string;
  mentions: Generated<string[]>;
  created_at: Instant;
  edited_at: MaybeInstant;
  resolved_at: MaybeInstant;
  resolved_by: Generated<string | null>;
};

export type CourseExportFormat = 'json' | 'markdown' | 'html';

export type CourseExportsTable = {
  id: string;
  course_id: string;
  user_id: string;
  format: CourseExportFormat;
  object_key: Generated<string | null>;
  size_bytes: Generated<number | null>;
  created_at: Instant;
  expires_at: Date;
};

export type CourseImportsTable = {
  id: string;
  user_id: string;
  file_name: string;
  object_key: string;
  size_bytes: number;
  report: JSONColumnType<ImportReport | null, string | null, string | null>;
  created_at: Instant;
  finished_at: MaybeInstant;
};
