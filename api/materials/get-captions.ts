import type { Viewer } from '@lectern/db/access/viewer';
import type { Db } from '@lectern/db/postgres/connect';
import { type Captions, findCaptions } from '@lectern/db/postgres/captions';
import { findMaterial, type Material } from '@lectern/db/postgres/materials';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { notFound, Problem } from '../problems/problem.ts';
import { describeMaterial } from './describe-material.ts';
import { readLanguage } from './read-language.ts';

type Wanted = {
  readonly params: { readonly id: string };
  readonly query: { readonly language?: string };
};

/** The captions in this language, or those that are searched; not found only when none are being made. */
export async function getCaptions(
  db: Db,
  viewer: Viewer,
  { params: { id }, query: { language } }: Wanted,
): Promise<{ readonly material: Material; readonly captions: Captions }> {
  const material = await findMaterial(db, viewer, id);
  if (material === undefined) throw notFound('material');
  const captions = await findCaptions(db, id, language && readLanguage(language));
  if (captions !== undefined) return { material, captions };
  const { stages } = describeMaterial(material, await listRunsOfSubject(db, material.id));
  const making = stages.find(({ name }) => name === 'transcribe');
  if (making?.status === 'waiting' || making?.status === 'running') throw notReady();
  throw notFound('captions');
}

function notReady(): Problem {
  return new Problem({
    status: 409,
    code: 'material_not_ready',
    detail: 'What is said is being written down. The material itself shows how far it is.',
    headers: { 'retry-after': '5' },
  });
}
