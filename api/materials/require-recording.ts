import { stagesOf } from '@lectern/db/jobs/pipeline';
import type { Material } from '@lectern/db/postgres/materials';
import { Problem } from '../problems/problem.ts';

/** Only sound and video have captions. */
export function requireRecording({ kind }: Pick<Material, 'kind'>): void {
  if (stagesOf(kind).some(({ name }) => name === 'transcribe')) return;
  throw new Problem({
    status: 422,
    code: 'not_a_recording',
    detail: 'Only sound and video have captions.',
  });
}
