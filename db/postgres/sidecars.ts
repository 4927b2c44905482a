import { sql } from 'kysely';
import { baseOf, matchSidecar, mediaBases, type SidecarName } from '../captions/sidecar-names.ts';
import { indexMaterial } from '../jobs/indexing.ts';
import { transcribeMaterial } from '../jobs/transcribe.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue, handOn } from './enqueue.ts';
import type { ClaimedRun } from './runs.ts';

/** A file of subtitles in the course of a recording, under its name. */
export type Sidecar = SidecarName & {
  readonly materialId: string;
  readonly fileName: string;
  readonly objectKey: string;
};

type Named = { readonly course_id: string; readonly file_name: string };

export async function listSidecars(db: Db, media: Named): Promise<Sidecar[]> {
  const base = baseOf(media.file_name).toLowerCase();
  const rows = await db
    .selectFrom('materials')
    .select(['id', 'file_name', 'object_key'])
    .where('course_id', '=', media.course_id)
    .where('kind', '=', 'text')
    .where('sha256', 'not like', 'pending:%')
    .where(sql<boolean>`starts_with(lower(file_name), ${`${base}.`})`)
    .orderBy('file_name')
    .orderBy('id', 'desc')
    .execute();
  return rows.flatMap(({ id, file_name: fileName, object_key: objectKey }) => {
    const name = matchSidecar(fileName, media.file_name);
    return name === undefined ? [] : [{ ...name, materialId: id, fileName, objectKey }];
  });
}

/** The recordings of the course that a file of subtitles lies beside. */
async function listMediaBeside(db: Db, sidecar: Named): Promise<string[]> {
  const bases = mediaBases(sidecar.file_name);
  if (bases.length === 0) return [];
  const rows = await db
    .selectFrom('materials')
    .select(['id', 'file_name'])
    .where('course_id', '=', sidecar.course_id)
    .where('kind', 'in', ['audio', 'video'])
    .where('sha256', 'not like', 'pending:%')
    .where(
      sql<boolean>`regexp_replace(lower(file_name), '\\.[^.]{1,15}$', '') = any(${bases}::text[])`,
    )
    .execute();
  return rows.flatMap((row) =>
    matchSidecar(sidecar.file_name, row.file_name) === undefined ? [] : [row.id],
  );
}

/** Lets recordings take the subtitles that came after them. */
export async function takeSidecar(
  tx: Transaction,
  sidecar: Named,
  run: Pick<ClaimedRun, 'owner' | 'request_id'>,
): Promise<void> {
  for (const materialId of await listMediaBeside(tx, sidecar)) {
    // One that waits has not looked yet.
    if (await isWaiting(tx, materialId)) continue;
    const meta = { subject: materialId, ...handOn(run) };
    await enqueue(tx, transcribeMaterial, { materialId }, meta);
  }
}

async function isWaiting(tx: Transaction, materialId: string): Promise<boolean> {
  const waiting = await tx
    .selectFrom('runs')
    .select('id')
    .where('subject', '=', materialId)
    .where('job', '=', transcribeMaterial.name)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  return waiting !== undefined;
}

/** Whether the text of a file of subtitles is found as that of the recording beside it. */
export async function isFoundBeside(db: Db, sidecarId: string): Promise<boolean> {
  const row = await db
    .selectFrom('captions')
    .select('material_id')
    .where('beside', '=', sidecarId)
    .where('position', '=', 0)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes the files of subtitles out of the index whose text is found as that of their recording. */
export async function hideSidecars(tx: Transaction, materialId: string): Promise<void> {
  await sql`
    delete from chunks using captions
    where captions.material_id = ${materialId} and position = 0
      and chunks.material_id = captions.beside`.execute(tx);
}

/** The files of subtitles that a recording has taken. */
export async function listTaken(tx: Transaction, materialId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('captions')
    .select('beside')
    .where('material_id', '=', materialId)
    .execute();
  return rows.flatMap(({ beside }) => beside ?? []);
}

/** Has those of them found by themselves again that no recording is found by any more. */
export async function showSidecars(
  tx: Transaction,
  sidecarIds: readonly string[],
  by: Parameters<typeof handOn>[0],
): Promise<void> {
  for (const materialId of sidecarIds) {
    if (await isFoundBeside(tx, materialId)) continue;
    await enqueue(tx, indexMaterial, { materialId }, { subject: materialId, ...handOn(by) });
  }
}
