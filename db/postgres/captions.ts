import { sql } from 'kysely';
import type { Cue } from '../captions/cue.ts';
import type { CaptionSource } from './caption-tables.ts';
import type { Db, Transaction } from './connect.ts';

/** What is known of the captions in one language. */
export type Captions = {
  readonly language: string;
  readonly position: number;
  readonly source: CaptionSource;
  readonly engine: string | null;
  /** The material whose file they were in, if they lay beside. */
  readonly beside: string | null;
  /** Made by a program that is often wrong. */
  readonly is_draft: boolean;
  readonly version: number;
  readonly updated_at: Date;
};

const columns = [
  'language',
  'position',
  'source',
  'engine',
  'beside',
  'is_draft',
  'version',
  'updated_at',
] as const;

/** The one that is searched first. */
export function listCaptions(db: Db, materialId: string): Promise<Captions[]> {
  return db
    .selectFrom('captions')
    .select(columns)
    .where('material_id', '=', materialId)
    .orderBy('position')
    .orderBy('language')
    .execute();
}

/** Those in this language, or those that are searched. */
export function findCaptions(
  db: Db,
  materialId: string,
  language?: string,
): Promise<Captions | undefined> {
  return db
    .selectFrom('captions')
    .select(columns)
    .where('material_id', '=', materialId)
    .$if(language !== undefined, (query) => query.where('language', '=', language ?? ''))
    .orderBy('position')
    .orderBy('language')
    .limit(1)
    .executeTakeFirst();
}

export async function listCues(db: Db, materialId: string, language: string): Promise<Cue[]> {
  const rows = await db
    .selectFrom('caption_cues')
    .select(['start_ms', 'end_ms', 'text'])
    .where('material_id', '=', materialId)
    .where('language', '=', language)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({ startMs: row.start_ms, endMs: row.end_ms, text: row.text }));
}

export type Track = Pick<Captions, 'language' | 'source' | 'engine' | 'is_draft'> & {
  readonly beside?: string | null;
  readonly cues: readonly Cue[];
};

/**
 * Gives a material these captions, the first of which are searched, and no others. Unless they are to be
 * made anew, those stay that somebody has edited, and before all others where they were searched; and
 * what was heard stays beside people's words in other languages.
 */
export async function replaceCaptions(
  tx: Transaction,
  materialId: string,
  { tracks, isAnew }: { readonly tracks: readonly Track[]; readonly isAnew: boolean },
): Promise<void> {
  const there = isAnew ? [] : await listCaptions(tx, materialId);
  const kept = there.filter((captions) => isEdited(captions) || isHeardElse(captions, tracks));
  const languages = new Set(kept.map(({ language }) => language));
  const fresh = tracks.filter(({ language }) => !languages.has(language));
  await tx
    .deleteFrom('captions')
    .where('material_id', '=', materialId)
    .where(
      sql<boolean>`language <> all(${[...kept, ...fresh].map(({ language }) => language)}::text[])`,
    )
    .execute();
  const searched = there.slice(0, 1).filter(isEdited);
  const ordered = [...searched, ...tracks, ...kept].map(({ language }) => language);
  for (const { language } of kept) {
    await setPosition(tx, { materialId, language, position: ordered.indexOf(language) });
  }
  for (const track of fresh) {
    await writeTrack(tx, materialId, { ...track, position: ordered.indexOf(track.language) });
  }
}

/** Whether it was heard in a language in which nobody has written anything. */
function isHeardElse({ source, language }: Captions, tracks: readonly Track[]): boolean {
  if (source !== 'speech' || tracks.length === 0) return false;
  const base = baseOf(language);
  return tracks.every(({ source: from, language: of }) => {
    // Of one that nobody knows, what was heard is most likely the same.
    return from !== 'speech' && of !== 'und' && baseOf(of) !== base;
  });
}

function baseOf(language: string): string | undefined {
  return language.split('-')[0];
}

async function setPosition(
  tx: Transaction,
  at: { readonly materialId: string; readonly language: string; readonly position: number },
): Promise<void> {
  await tx
    .updateTable('captions')
    .set({ position: at.position })
    .where('material_id', '=', at.materialId)
    .where('language', '=', at.language)
    .execute();
}

function isEdited({ source }: Captions): boolean {
  return source === 'edited';
}

/** Writes one track over what it was; its version counts up. */
export async function writeTrack(
  tx: Transaction,
  materialId: string,
  {
    language,
    position,
    source,
    engine,
    beside = null,
    is_draft,
    cues,
  }: Track & { readonly position: number },
): Promise<Captions> {
  const values = { position, source, engine, beside, is_draft, updated_at: new Date() };
  const written = await tx
    .insertInto('captions')
    .values({ material_id: materialId, language, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['material_id', 'language'])
        .doUpdateSet((eb) => ({ ...values, version: eb('captions.version', '+', 1) })),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  await replaceCues(tx, { materialId, language }, cues);
  return written;
}

async function replaceCues(
  tx: Transaction,
  { materialId, language }: { readonly materialId: string; readonly language: string },
  cues: readonly Cue[],
): Promise<void> {
  await tx
    .deleteFrom('caption_cues')
    .where('material_id', '=', materialId)
    .where('language', '=', language)
    .execute();
  await sql`
    insert into caption_cues (material_id, language, number, start_ms, end_ms, text)
    select ${materialId}::uuid, ${language}, number, start_ms, end_ms, text
    from unnest(
      ${cues.map(({ startMs }) => Math.round(startMs))}::int[],
      ${cues.map(({ endMs }) => Math.round(endMs))}::int[],
      ${cues.map(({ text }) => text)}::text[]
    ) with ordinality as cue(start_ms, end_ms, text, number)`.execute(tx);
}

/** Gives a copy of a recording what authors have made of its captions; a program could not make it again. */
export async function copyEditedCaptions(
  tx: Transaction,
  { fromId, toId }: { readonly fromId: string; readonly toId: string },
): Promise<void> {
  for (const captions of (await listCaptions(tx, fromId)).filter(isEdited)) {
    const cues = await listCues(tx, fromId, captions.language);
    await writeTrack(tx, toId, { ...captions, beside: null, cues });
  }
}
