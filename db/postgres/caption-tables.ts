import type { Generated, JSONColumnType } from 'kysely';
import type { Instant } from './column-types.ts';

/** Where words came from: heard by a program, in the file, in a file beside it, or written by its authors. */
export type CaptionSource = 'speech' | 'embedded' | 'sidecar' | 'edited';

/** What is said in a recording, in one language. */
export type CaptionsTable = {
  material_id: string;
  /** As BCP 47 has it; `und` where nobody knows. */
  language: string;
  /** The one at 0 is what is said; it is searched. */
  position: Generated<number>;
  source: CaptionSource;
  engine: string | null;
  /** The material whose file they were in, if they lay beside. */
  beside: string | null;
  is_draft: Generated<boolean>;
  version: Generated<number>;
  updated_at: Instant;
};

export type CaptionCuesTable = {
  material_id: string;
  language: string;
  number: number;
  start_ms: number;
  end_ms: number;
  text: string;
};

/** A part of a recording that was written down. */
export type SpeechPiecesTable = {
  material_id: string;
  piece: number;
  start_ms: number;
  end_ms: number;
  engine: string;
  language: string | null;
  /** How sure the engine was of its words, 0–1, if it tells. */
  confidence: number | null;
  cues: JSONColumnType<readonly object[]>;
  done_at: Instant;
};
