import { createHash } from 'node:crypto';
import type { Db } from '../postgres/connect.ts';
import {
  listDerivedRows,
  listMaterialIds,
  listObjectRows,
  listOrphans,
  type ObjectRow,
} from '../postgres/object-rows.ts';
import { type Objects, type ObjectStat, SealKeyUnknown } from './objects.ts';
import { SealBroken } from './seal-frames.ts';

export type Finding =
  /** A row counts on an object that is not there. */
  | { readonly kind: 'lost'; readonly row: ObjectRow }
  /** It is there and is not what its row says: in size, or else in what it holds. */
  | { readonly kind: 'changed'; readonly row: ObjectRow; readonly object: ObjectStat }
  /** No key that was given opens it, so that nobody can tell what it holds. */
  | { readonly kind: 'sealed'; readonly row: ObjectRow }
  /** No row counts on it. One that is young may be on its way to a row. */
  | { readonly kind: 'orphan'; readonly object: ObjectStat };

export type CheckOptions = {
  /** Reads every original: what was damaged and kept its size is not found otherwise. */
  readonly isDeep: boolean;
};

const batch = 500;

/** Holds rows against objects and objects against rows; changes nothing. */
export async function* checkObjects(
  db: Db,
  objects: Objects,
  { isDeep }: CheckOptions = { isDeep: false },
): AsyncGenerator<Finding, void, void> {
  for await (const row of streamRows(db)) {
    const object = await objects.stat(row.key);
    if (object === undefined) yield { kind: 'lost', row };
    else yield* compare(objects, { row, object, isDeep });
  }
  let stored: ObjectStat[] = [];
  for await (const object of objects.list('')) {
    stored.push(object);
    if (stored.length < batch) continue;
    yield* findOrphans(db, stored);
    stored = [];
  }
  yield* findOrphans(db, stored);
}

async function* streamRows(db: Db): AsyncGenerator<ObjectRow, void, void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: ObjectRow[] = await listObjectRows(db, { after, limit: batch });
    yield* rows;
    after = rows.at(-1)?.key;
  }
  for (let after: string | undefined; ;) {
    const ids = await listMaterialIds(db, { after, limit: batch });
    if (ids.length === 0) return;
    yield* await listDerivedRows(db, ids);
    after = ids.at(-1);
  }
}

type Held = CheckOptions & { readonly row: ObjectRow; readonly object: ObjectStat };

async function* compare(objects: Objects, held: Held): AsyncGenerator<Finding, void, void> {
  const { row, object } = held;
  try {
    if (!(await isAsItWas(objects, held))) yield { kind: 'changed', row, object };
  } catch (error) {
    if (!(error instanceof SealKeyUnknown)) throw error;
    yield { kind: 'sealed', row };
  }
}

async function isAsItWas(objects: Objects, { row, object, isDeep }: Held): Promise<boolean> {
  if (row.sizeBytes !== null && row.sizeBytes !== object.sizeBytes) return false;
  if (!isDeep || row.sha256 === null) return true;
  const hash = createHash('sha256');
  try {
    for await (const chunk of await objects.read(row.key)) hash.update(chunk);
  } catch (error) {
    if (error instanceof SealBroken) return false;
    throw error;
  }
  return hash.digest('hex') === row.sha256;
}

async function* findOrphans(
  db: Db,
  stored: readonly ObjectStat[],
): AsyncGenerator<Finding, void, void> {
  const orphans = new Set(
    await listOrphans(
      db,
      stored.map(({ key }) => key),
    ),
  );
  for (const object of stored) if (orphans.has(object.key)) yield { kind: 'orphan', object };
}
