import { sql } from 'kysely';
import type { Cue } from '../captions/cue.ts';
import type { Db, Transaction } from './connect.ts';

/** A part of a recording that was written down. */
export type SpeechPiece = {
  readonly piece: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly engine: string;
  readonly language: string | null;
  /** How sure the engine was of its words, 0–1, if it tells. */
  readonly confidence: number | null;
  readonly cues: readonly Cue[];
};

/** What an engine has written down so far, in order. */
export async function listSpeechPieces(
  db: Db,
  materialId: string,
  engine: string,
): Promise<SpeechPiece[]> {
  const { rows } = await sql<SpeechPiece>`
    select piece, start_ms as "startMs", end_ms as "endMs", engine, language, confidence, cues
    from speech_pieces where material_id = ${materialId} and engine = ${engine}
    order by piece`.execute(db);
  return rows;
}

export async function keepSpeechPiece(
  tx: Transaction,
  materialId: string,
  { piece, startMs, endMs, engine, language, confidence, cues }: SpeechPiece,
): Promise<void> {
  const values = {
    start_ms: startMs,
    end_ms: endMs,
    engine,
    language,
    confidence,
    cues: JSON.stringify(cues),
    done_at: new Date(),
  };
  await tx
    .insertInto('speech_pieces')
    .values({ material_id: materialId, piece, ...values })
    .onConflict((conflict) => conflict.columns(['material_id', 'piece']).doUpdateSet(values))
    .execute();
}

/** All of it is to be listened to again. */
export async function forgetSpeechPieces(tx: Transaction, materialId: string): Promise<void> {
  await tx.deleteFrom('speech_pieces').where('material_id', '=', materialId).execute();
}
