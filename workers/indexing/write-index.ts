import { replaceChunks } from '@lectern/db/postgres/chunks';
import type { Transaction } from '@lectern/db/postgres/connect';
import { setMaterialLanguage } from '@lectern/db/postgres/material-source';
import { holdMaterial } from '@lectern/db/postgres/material-work';
import { isFoundBeside } from '@lectern/db/postgres/sidecars';
import type { Cut } from './cut-pages.ts';

/** Lets search find a material by these chunks; subtitles are found as the recording that they are of. */
export async function writeIndex(
  tx: Transaction,
  material: { readonly id: string; readonly courseId: string },
  { chunks, language }: Cut,
): Promise<void> {
  // A recording that takes these subtitles just now comes before this, or after it.
  if ((await holdMaterial(tx, material.id)) === undefined) return;
  const isElsewhere = await isFoundBeside(tx, material.id);
  await replaceChunks(tx, material, isElsewhere ? [] : chunks);
  await setMaterialLanguage(tx, material.id, language);
}
