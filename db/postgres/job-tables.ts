import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Instant, MaybeInstant } from './column-types.ts';

// What is known of work: done by workers, and asked for by requests with a key.

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** Why a run did not succeed, in words for the person who owns it. */
export type RunError = { code: string; message: string };

export type RunsTable = {
  id: string;
  job: string;
  subject: string | null;
  owner: string | null;
  payload: JSONColumnType<Record<string, unknown>>;
  state: Generated<RunState>;
  progress: Generated<number>;
  fence: Generated<number>;
  crashes: Generated<number>;
  attempts: Generated<number>;
  line: string;
  request_id: string | null;
  error: JSONColumnType<RunError | null, string | null, string | null>;
  run_at: Instant;
  created_at: Instant;
  started_at: MaybeInstant;
  heartbeat_at: MaybeInstant;
  deadline_at: MaybeInstant;
  finished_at: MaybeInstant;
};

export type OutboxTable = {
  id: string;
  run_id: string;
  job: string;
  owner: string | null;
  run_at: Instant;
  created_at: Instant;
};

export type EffectsTable = {
  key: string;
  run_id: string | null;
  state: 'begun' | 'done';
  result: ColumnType<unknown, string | null, string | null>;
  created_at: Instant;
  finished_at: MaybeInstant;
};

export type DeadLettersTable = {
  id: string;
  run_id: string;
  job: string;
  owner: string | null;
  payload: JSONColumnType<Record<string, unknown>>;
  error: JSONColumnType<RunError>;
  created_at: Instant;
};

export type SchedulesTable = {
  name: string;
  next_at: Date;
};

export type ProcessesTable = {
  id: string;
  role: string;
  takes: string[];
  host: string;
  pid: number;
  started_at: Instant;
  seen_at: Instant;
};

/** The first answer to a request with an `Idempotency-Key`; no status yet: it still runs. */
export type IdempotencyTable = {
  user_id: string;
  key: string;
  request_hash: string;
  body_hash: string | null;
  resource_id: string;
  holder: string;
  status: number | null;
  headers: JSONColumnType<Record<string, string> | null, string | null, string | null>;
  body: string | null;
  created_at: Instant;
  seen_at: Instant;
};
