import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import { listMaterials } from '@lectern/db/postgres/materials';
import type { MaterialKind } from '@lectern/db/postgres/tables';
import { Problem } from '../problems/problem.ts';
import type { MaterialDocument } from './describe-material.ts';
import { describeMaterials } from './read-material.ts';

export type Refused = { readonly id: string; readonly code: string; readonly message: string };

export type ManyChanged = {
  readonly matched: number;
  readonly done: number;
  readonly refused: readonly Refused[];
  /** After which it goes on, in another request. */
  readonly last: string | undefined;
};

export type Wanted = {
  readonly courseId: string;
  readonly viewer: Viewer;
  readonly filter: {
    readonly status?: MaterialDocument['status'] | undefined;
    readonly kind?: MaterialKind | undefined;
    readonly ids?: readonly string[] | undefined;
  };
  /** Materials that are older than this one. */
  readonly after: string | undefined;
};

const batch = 100;
/** What one request does at most, and for how long. */
const mostMaterials = 1_000;
const mostMs = 10_000;

/** Does the same to every material that matches, newest first, one after the other: each is done or refused. */
export async function changeMany(
  { postgres }: Pick<Store, 'postgres'>,
  { courseId, viewer, filter, after }: Wanted,
  change: (material: MaterialDocument) => Promise<void>,
): Promise<ManyChanged> {
  const endsAt = performance.now() + mostMs;
  const refused: Refused[] = [];
  let [matched, done, last] = [0, 0, after];
  for (;;) {
    const { kind, ids } = filter;
    const rows = await listMaterials(postgres, viewer, {
      courseId,
      after: last,
      kind,
      ids,
      limit: batch,
    });
    for (const material of await describeMaterials(postgres, rows)) {
      if (matched >= mostMaterials || performance.now() > endsAt)
        return { matched, done, refused, last };
      last = material.id;
      if (filter.status !== undefined && material.status !== filter.status) continue;
      matched++;
      const refusal = await tryChange(material, change);
      if (refusal === undefined) done++;
      else refused.push(refusal);
    }
    if (rows.length < batch) return { matched, done, refused, last: undefined };
  }
}

async function tryChange(
  material: MaterialDocument,
  change: (material: MaterialDocument) => Promise<void>,
): Promise<Refused | undefined> {
  try {
    await change(material);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { id: material.id, code: error.code, message: error.message };
  }
}
