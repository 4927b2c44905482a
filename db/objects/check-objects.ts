import type { Db } from '../postgres/connect.ts';
import { listObjectRows, listOrphans, type ObjectRow } from '../postgres/object-rows.ts';
import type { Objects, ObjectStat } from './objects.ts';

export type Finding =
  /** A row counts on an object that is not there. */
  | { readonly kind: 'lost'; readonly row: ObjectRow }
  /** It is there and is not as large as its row says. */
  | { readonly kind: 'changed'; readonly row: ObjectRow; readonly object: ObjectStat }
  /** No row counts on it. One that is young may be on its way to a row. */
  | { readonly kind: 'orphan'; readonly object: ObjectStat };

const batch = 500;

/** Holds rows against objects and objects against rows; changes nothing. */
export async function* checkObjects(db: Db, objects: Objects): AsyncGenerator<Finding, void, void> {
  yield* checkRows(db, objects);
  let stored: ObjectStat[] = [];
  for await (const object of objects.list('')) {
    stored.push(object);
    if (stored.length < batch) continue;
    yield* findOrphans(db, stored);
    stored = [];
  }
  yield* findOrphans(db, stored);
}

async function* checkRows(db: Db, objects: Objects): AsyncGenerator<Finding, void, void> {
  let after = '';
  for (;;) {
    const rows = await listObjectRows(db, { after, limit: batch });
    for (const row of rows) {
      const object = await objects.stat(row.key);
      if (object === undefined) yield { kind: 'lost', row };
      else if (row.sizeBytes !== null && row.sizeBytes !== object.sizeBytes) {
        yield { kind: 'changed', row, object };
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    after = last.key;
  }
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
