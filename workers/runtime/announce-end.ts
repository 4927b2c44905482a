import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import { describeStages } from '@lectern/db/materials/describe-stages';
import type { Store } from '@lectern/db/open';
import type { RunState } from '@lectern/db/postgres/job-tables';
import { findMaterialProgress } from '@lectern/db/postgres/material-work';
import { type ClaimedRun, listRunsOfSubject } from '@lectern/db/postgres/runs';
import { announceRun } from './announce-run.ts';

/**
 * Says that a run is over, and when it was the last of a material's way also to whoever watches the
 * course what the material is now: `material.ready`, `material.partial` or `material.failed`.
 */
export async function announceEnd(store: Store, run: ClaimedRun, state: RunState): Promise<void> {
  announceRun(store, run, state);
  if (run.subject === null || !run.job.startsWith('material.')) return;
  try {
    const material = await findMaterialProgress(store.postgres, run.subject);
    if (material === undefined) return;
    const { id, course_id: courseId } = material;
    const { status } = describeStages(material, await listRunsOfSubject(store.postgres, id));
    if (status === 'queued' || status === 'processing') return;
    tellOfMaterial(store.bus, { id, courseId, event: `material.${status}` });
  } catch (error) {
    store.log.debug({ err: error, runId: run.id }, 'could not say what became of a material');
  }
}
