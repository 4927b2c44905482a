import {
  deleteClosedCourse,
  deleteMaterials,
  leaveCourse,
  listMaterialIds,
} from '@lectern/db/postgres/account-courses';
import { addRemoved } from '@lectern/db/postgres/account-deletion';
import type { Deletion } from '@lectern/db/postgres/deletions';
import type { Context } from '../runtime/define-worker.ts';
import { type Measured, measureObjects, removeObjects } from './remove-objects.ts';

export type Work = Pick<Context<unknown>, 'store' | 'signal' | 'save'> & {
  readonly deletion: Deletion;
};

/** A book's text is tens of thousands of rows, and a statement has to end in time. */
const batch = 10;

/**
 * Hands the course over, or removes it when nobody else owns it: closed first, then its materials'
 * rows, then its files, then its own row. Whenever a worker dies in this, nobody can see what is left,
 * and the course's row leads the next one to it.
 */
export async function removeCourse(work: Work, courseId: string): Promise<void> {
  const { store, signal, save, deletion } = work;
  let isClosed = false;
  await save(async (tx) => {
    isClosed = await leaveCourse(tx, { deletion, courseId });
  });
  if (!isClosed) return;
  for (;;) {
    await removeMaterials(work, courseId);
    await removeObjects(store.objects, `materials/${courseId}/`, signal);
    let isGone = false;
    await save(async (tx) => {
      isGone = await deleteClosedCourse(tx, { deletion, courseId });
    });
    if (isGone) return;
  }
}

/** Files are counted before their row goes, in its transaction, and removed after it: once each. */
async function removeMaterials(work: Work, courseId: string): Promise<void> {
  const { store, signal, save, deletion } = work;
  for (;;) {
    signal.throwIfAborted();
    const ids = await listMaterialIds(store.postgres, { courseId, limit: batch });
    if (ids.length === 0) return;
    const measured = new Map<string, Measured>();
    for (const id of ids) {
      measured.set(id, await measureObjects(store.objects, `materials/${courseId}/${id}/`));
    }
    await save(async (tx) => {
      const gone = await deleteMaterials(tx, ids);
      const stored = gone.flatMap((id) => measured.get(id) ?? []);
      await addRemoved(tx, deletion.id, {
        materials: gone.length,
        files: sum(stored.map(({ files }) => files)),
        bytes: sum(stored.map(({ bytes }) => bytes)),
      });
    });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
