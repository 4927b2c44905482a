import type { Storyboard } from '../materials/storyboard.ts';
import type { Db, Transaction } from './connect.ts';

export async function findStoryboard(db: Db, materialId: string): Promise<Storyboard | undefined> {
  const row = await db
    .selectFrom('videos')
    .select('storyboard')
    .where('material_id', '=', materialId)
    .executeTakeFirst();
  return row?.storyboard ?? undefined;
}

export async function setStoryboard(
  tx: Transaction,
  materialId: string,
  storyboard: Storyboard,
): Promise<void> {
  await tx
    .updateTable('videos')
    .set({ storyboard: JSON.stringify(storyboard) })
    .where('material_id', '=', materialId)
    .execute();
}
