import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import type { SnapshotKind } from '@lectern/db/postgres/graph-tables';
import { newId } from '@lectern/db/postgres/new-id';
import { thinSnapshots } from '@lectern/db/postgres/snapshots';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addCourse, addPerson } from '../testing/add-account.ts';
import { runTwice } from '../testing/run-twice.ts';
import { tidyWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function freshShelf() {
  const { id } = await addPerson(store);
  const courseId = await addCourse(store, [{ id, role: 'owner' }]);
  const add = async (created_at: Date, kind: SnapshotKind = 'automatic') => {
    await store.postgres
      .insertInto('course_snapshots')
      .values({
        id: newId(),
        course_id: courseId,
        version: 1,
        kind,
        message: created_at.toISOString(),
        graph: JSON.stringify({ nodes: [], edges: [] }),
        node_count: 0,
        edge_count: 0,
        created_by: null,
        created_at,
      })
      .execute();
  };
  const list = async () => {
    const rows = await store.postgres
      .selectFrom('course_snapshots')
      .select('message')
      .where('course_id', '=', courseId)
      .orderBy('created_at')
      .execute();
    return rows.map(({ message }) => message.slice(0, 16));
  };
  return { courseId, add, list };
}

// A Sunday.
const now = new Date('2026-03-15T12:00:00Z');

test('what nobody asked to keep is thinned to one a day, then one a week, then goes', async () => {
  const { add, list } = await freshShelf();
  const last = ['2026-03-14T12:01', '2026-03-14T12:02', '2026-03-15T08:00', '2026-03-15T08:01'];
  // Each of the first has one of the second in its day or week, but for the first, which is too old.
  const gone = ['2025-03-14T10:00', '2026-01-12T00:01', '2026-02-08T08:00', '2026-02-20T00:00'];
  const older = ['2026-01-18T23:59', '2026-02-08T09:00', '2026-02-20T23:59'];
  const alone = ['2025-03-16T10:00', '2026-02-01T23:00', '2026-02-21T00:00'];
  for (const at of [...last, ...gone, ...older, ...alone]) {
    await add(new Date(`${at}:00Z`), at.includes('02-') ? 'reverted' : 'automatic');
  }
  const left = [...last, ...older, ...alone].toSorted();
  await thinSnapshots(store.postgres, now);
  assert.deepEqual(await list(), left);
});

test('what people kept and what was published stays, however old', async () => {
  const { add, list } = await freshShelf();
  const old = [1, 2, 3].map((minute) => new Date(Date.UTC(2020, 0, 1, 0, minute)));
  for (const at of old) for (const kind of ['manual', 'published'] as const) await add(at, kind);
  await thinSnapshots(store.postgres, now);
  assert.equal((await list()).length, 6);
});

test('the newest of a course stays, however old, and of each course', async () => {
  const [one, other] = [await freshShelf(), await freshShelf()];
  for (const { add } of [one, other]) {
    for (const minute of [1, 2, 3]) await add(new Date(Date.UTC(2020, 0, 1, 0, minute)));
  }
  await thinSnapshots(store.postgres, now);
  assert.deepEqual(await one.list(), ['2020-01-01T00:03']);
  assert.deepEqual(await other.list(), ['2020-01-01T00:03']);
});

test('night after night, a course that is edited all the time keeps some eighty of a year', async () => {
  const { add, list } = await freshShelf();
  const dayMs = 24 * 3_600_000;
  const start = now.getTime() - 400 * dayMs;
  for (let day = 0; day < 400; day++) {
    for (const hour of [3, 9, 15]) await add(new Date(start + day * dayMs + hour * 3_600_000));
    await thinSnapshots(store.postgres, new Date(start + (day + 1) * dayMs));
  }
  const left = await list();
  assert.ok(left.length >= 80 && left.length <= 86, String(left.length));
  const gaps = left.slice(1).map((at, i) => Date.parse(`${at}Z`) - Date.parse(`${left[i]}Z`));
  assert.ok(Math.max(...gaps) <= 8 * dayMs);
});

test('the nightly tidying does it', async () => {
  const { add, list } = await freshShelf();
  for (const minute of [1, 2]) await add(new Date(Date.UTC(2020, 0, 1, 0, minute)));
  await runTwice(store, tidyWorker, { payload: {} });
  assert.deepEqual(await list(), ['2020-01-01T00:02']);
});
