import { stagesOf, stagesOfFetched } from '@lectern/db/jobs/pipeline';
import type { Author } from '@lectern/db/postgres/audit';
import type { Transaction } from '@lectern/db/postgres/connect';
import { isPending } from '@lectern/db/postgres/fetched-materials';
import { auditReprocessing, beginRound, reopenScans } from '@lectern/db/postgres/material-rounds';
import { holdMaterial } from '@lectern/db/postgres/material-work';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { forgetSpeechPieces } from '@lectern/db/postgres/speech-pieces';
import { notFound } from '../problems/problem.ts';
import { describeMaterial } from './describe-material.ts';
import { requireRest } from './require-rest.ts';
import { type Only, stagesToRepeat } from './stages-to-repeat.ts';

export type Reprocessing = { readonly id: string; readonly only: Only; readonly author: Author };

/** Begins stages of a material's way again, and gives whether there was anything to begin. */
export async function reprocessMaterial(
  tx: Transaction,
  { id, only, author }: Reprocessing,
): Promise<boolean> {
  const material = await holdMaterial(tx, id);
  if (material === undefined) throw notFound('material');
  const runs = await listRunsOfSubject(tx, id);
  requireRest(runs);
  const { stages } = describeMaterial(material, runs);
  const { kind, source_url: source } = material;
  const planned = source === null ? stagesOf(kind) : stagesOfFetched(kind);
  const begun = stagesToRepeat({ planned, stages, isPending: isPending(material) }, only);
  if (begun.length === 0) return false;
  if (only === 'all') {
    await reopenScans(tx, id);
    await forgetSpeechPieces(tx, id);
  }
  await beginRound(tx, { materialId: id, jobs: begun.map(({ job }) => job) }, author);
  await auditReprocessing(tx, { id, only, stages: begun.map(({ name }) => name) }, author);
  return true;
}
