import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Analysis } from '../materials/analysis.ts';
import type { CaptionCuesTable, CaptionsTable, SpeechPiecesTable } from './caption-tables.ts';
import type { Instant, MaybeInstant } from './column-types.ts';
import type {
  CommentsTable,
  CourseDocumentsTable,
  CourseExportsTable,
  CourseHistoryTable,
  CourseImportsTable,
  CourseSnapshotsTable,
  CourseUpdatesTable,
  EdgesTable,
  GraphChangesTable,
  NodesTable,
} from './graph-tables.ts';
import type {
  DeadLettersTable,
  EffectsTable,
  IdempotencyTable,
  OutboxTable,
  ProcessesTable,
  RunsTable,
  SchedulesTable,
} from './job-tables.ts';
import type { StorageUseTable, UploadPartsTable, UploadsTable } from './upload-tables.ts';
import type {
  VideoPiecesTable,
  VideoRenditionsTable,
  VideoSegmentsTable,
  VideosTable,
  WatchingTable,
} from './video-tables.ts';

/** What every table holds. A column that the database fills in is `Generated`. */
export type Tables = {
  users: UsersTable;
  sessions: SessionsTable;
  tokens: TokensTable;
  mailbox_proofs: MailboxProofsTable;
  courses: CoursesTable;
  course_members: CourseMembersTable;
  invitations: InvitationsTable;
  course_documents: CourseDocumentsTable;
  course_updates: CourseUpdatesTable;
  nodes: NodesTable;
  edges: EdgesTable;
  graph_changes: GraphChangesTable;
  course_history: CourseHistoryTable;
  course_snapshots: CourseSnapshotsTable;
  comments: CommentsTable;
  course_exports: CourseExportsTable;
  course_imports: CourseImportsTable;
  materials: MaterialsTable;
  pages: PagesTable;
  material_versions: MaterialVersionsTable;
  scans: ScansTable;
  chunks: ChunksTable;
  runs: RunsTable;
  outbox: OutboxTable;
  effects: EffectsTable;
  dead_letters: DeadLettersTable;
  schedules: SchedulesTable;
  processes: ProcessesTable;
  idempotency: IdempotencyTable;
  audit_log: AuditLogTable;
  exports: ExportsTable;
  deletions: DeletionsTable;
  uploads: UploadsTable;
  upload_parts: UploadPartsTable;
  storage_use: StorageUseTable;
  videos: VideosTable;
  video_renditions: VideoRenditionsTable;
  video_pieces: VideoPiecesTable;
  video_segments: VideoSegmentsTable;
  watching: WatchingTable;
  captions: CaptionsTable;
  caption_cues: CaptionCuesTable;
  speech_pieces: SpeechPiecesTable;
};

export type GlobalRole = 'user' | 'operator' | 'admin';
export type CourseRole = 'owner' | 'editor' | 'commenter' | 'learner';
export type Locale = 'en' | 'ru';

type UsersTable = {
  id: string;
  email: string;
  name: string;
  password_hash: string;
  role: GlobalRole;
  locale: Generated<Locale>;
  time_zone: Generated<string>;
  avatar_url: Generated<string | null>;
  email_verified_at: MaybeInstant;
  deleting_at: MaybeInstant;
  created_at: Instant;
};

/** One login, in a browser or a program; the hashes are of tokens that are kept nowhere. */
type SessionsTable = {
  id: string;
  user_id: string;
  cookie_hash: Buffer;
  family_hash: Buffer;
  current_hash: Buffer;
  previous_hash: Generated<Buffer | null>;
  salt: Generated<Buffer | null>;
  rotated_at: MaybeInstant;
  user_agent: Generated<string | null>;
  address: Generated<string | null>;
  created_at: Instant;
  expires_at: Date;
};

type TokensTable = {
  id: string;
  user_id: string;
  name: string;
  token_hash: Buffer;
  scopes: string[];
  expires_at: Date;
  created_at: Instant;
  used_at: MaybeInstant;
};

export type ProofPurpose = 'verify_email' | 'reset_password';

type MailboxProofsTable = {
  user_id: string;
  purpose: ProofPurpose;
  token_hash: Buffer;
  expires_at: Date;
  created_at: Instant;
};

type CourseMembersTable = {
  course_id: string;
  user_id: string;
  role: CourseRole;
  created_at: Instant;
};

type InvitationsTable = {
  id: string;
  course_id: string;
  email: string;
  role: CourseRole;
  token_hash: Generated<Buffer | null>;
  invited_by: string | null;
  expires_at: Date;
  accepted_at: MaybeInstant;
  created_at: Instant;
};

type CoursesTable = {
  id: string;
  owner_id: string;
  title: string;
  description: Generated<string>;
  language: Generated<string>;
  level: string | null;
  tags: Generated<string[]>;
  visibility: Generated<'private' | 'public'>;
  status: Generated<'draft' | 'published'>;
  version: Generated<number>;
  created_at: Instant;
  updated_at: Instant;
  /** Kept for some time, and seen by nobody. */
  deleted_at: MaybeInstant;
};

export type MaterialKind = 'document' | 'presentation' | 'image' | 'audio' | 'video' | 'text';

type MaterialsTable = {
  id: string;
  course_id: string;
  owner_id: string;
  file_name: string;
  media_type: string;
  kind: MaterialKind;
  size_bytes: number;
  sha256: string;
  object_key: string;
  language: string | null;
  analysis: ColumnType<Analysis | null, string | undefined, string>;
  /** What the file says of itself. */
  title: Generated<string | null>;
  author: Generated<string | null>;
  page_count: Generated<number | null>;
  duration_ms: Generated<number | null>;
  /** The last round of the videos that it had before its present file. */
  video_rounds: Generated<number>;
  /** Where its file is fetched from, and when it was. */
  source_url: Generated<string | null>;
  fetched_at: MaybeInstant;
  created_at: Instant;
};

/** A file that a material had before. */
type MaterialVersionsTable = {
  material_id: string;
  number: number;
  course_id: string;
  owner_id: string;
  file_name: string;
  media_type: string;
  size_bytes: number;
  sha256: string;
  object_key: string;
  replaced_by: string | null;
  replaced_at: Instant;
};

/** Where in its file a piece of text stands; search results and citations open there. */
export type Place = {
  page?: number;
  slide?: number;
  startTime?: number;
  endTime?: number;
  /** The headings that it stands under, outermost first, joined by ` › `. */
  heading?: string;
  /** Left, top, width and height as shares of the page, from its upper left corner. */
  box?: readonly [number, number, number, number];
};

type PagesTable = {
  material_id: string;
  number: number;
  text: string;
  place: JSONColumnType<Place>;
  /** How sure whoever read it from a picture was, from 0 to 1. */
  confidence: Generated<number | null>;
};

/** A page or a picture that has to be looked at to be read. */
type ScansTable = {
  material_id: string;
  /** What it says gets this number and those after it in `pages`. */
  number: number;
  place: JSONColumnType<Place>;
  why: 'no_text' | 'garbage' | 'picture';
  /** Of a picture; a page is one of its material's. */
  object_key: string | null;
  done_at: MaybeInstant;
};

type ChunksTable = {
  id: string;
  /** The text is of a material or of a node. */
  material_id: string | null;
  node_id: Generated<string | null>;
  course_id: string;
  number: number;
  text: string;
  place: JSONColumnType<Place>;
  language: 'english' | 'russian' | 'simple';
  words: Generated<string>;
};

type Json = JSONColumnType<Record<string, unknown> | null, string | null, never>;

type AuditLogTable = {
  id: string;
  at: Instant;
  actor_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string | null;
  before: Json;
  after: Json;
  request_id: string | null;
  address: string | null;
};

type ExportsTable = {
  id: string;
  user_id: string;
  object_key: Generated<string | null>;
  size_bytes: Generated<number | null>;
  created_at: Instant;
  expires_at: Date;
};

type DeletionsTable = {
  id: string;
  user_id: string;
  token_hash: Buffer;
  requested_at: Instant;
  finished_at: MaybeInstant;
  removed: JSONColumnType<Record<string, number> | null, string | null, string | null>;
};
