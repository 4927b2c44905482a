import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { beginReindex } from '@lectern/db/postgres/reindexing';
import { searchText } from '@lectern/db/postgres/search';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addCourse, addPerson } from '../testing/add-account.ts';
import { addIndexed, listChunks } from '../testing/add-indexed.ts';
import { startFleet } from '../testing/start-fleet.ts';

const count = 400;

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function startHouse() {
  const env = { ...(await freshEnv()), FLEET_REGISTRY: import.meta.resolve('../registry.ts') };
  const store = open(readConfig(env, null), 'test');
  closing.push(() => store.close());
  const relay = startRelay(store);
  closing.push(() => relay.close());
  const fleet = await startFleet(env, 1);
  closing.push(() => fleet.close());
  return { store, fleet };
}

async function readRun(store: Store, courseId: string) {
  const { payload, ...run } = await store.postgres
    .selectFrom('runs')
    .select(['state', 'progress', 'fence', 'payload'])
    .where('subject', '=', courseId)
    .where('job', '=', 'course.reindex')
    .executeTakeFirstOrThrow();
  const { afterId }: { afterId?: string } = Object(payload);
  return { ...run, afterId };
}

/** Asks again and again whether all of the course is found, until told to end. */
function keepSearching(store: Store, owner: { id: string; email: string }, courseId: string) {
  const viewer = { ...owner, role: 'user', name: 'Ann' } as const;
  const end = new AbortController();
  const found: number[] = [];
  const search = async () => {
    while (!end.signal.aborted) {
      const query = { text: 'tides', courseId, limit: count + 1 };
      found.push((await searchText(store.postgres, viewer, query)).length);
    }
  };
  const searching = search();
  return async () => {
    end.abort();
    await searching;
    return found;
  };
}

test('kill -9 in the middle: it goes on where it was, and all is found at every moment', async () => {
  const { store, fleet } = await startHouse();
  const owner = await addPerson(store);
  const courseId = await addCourse(store, [{ ...owner, role: 'owner' }]);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = `New words about the tides of bay ${i}.`;
    const indexedAs = 'Old words about tides.';
    ids.push(await addIndexed(store, { courseId, ownerId: owner.id, text, indexedAs }));
  }
  const endSearch = keepSearching(store, owner, courseId);
  const author = { userId: owner.id, requestId: null, address: null };
  await store.postgres.transaction().execute((tx) => beginReindex(tx, courseId, author));
  store.queues.wakeRelay();

  await until('it has begun', async () => (await readRun(store, courseId)).afterId);
  fleet.killOne();
  const killed = await until('it is dead', async () => {
    const seen = await readRun(store, courseId);
    const again = await readRun(store, courseId);
    return seen.afterId === again.afterId && seen;
  });
  const before = await listChunks(store, courseId);
  assert.ok(killed.afterId !== undefined && killed.afterId < (ids.at(-1) ?? ''), 'it was at work');
  assert.equal(killed.state, 'running');

  const ended = await until('the end', async () => {
    const run = await readRun(store, courseId);
    return run.state === 'done' && run;
  });
  assert.deepEqual([ended.progress, ended.fence], [1, killed.fence + 1]);
  const chunks = await listChunks(store, courseId);
  assert.deepEqual(
    chunks.map(({ text }) => text),
    ids.map((_, i) => `New words about the tides of bay ${i}.`),
  );
  const isDone = ({ material_id: id }: { material_id: string | null }) =>
    (id ?? '') <= (killed.afterId ?? '');
  assert.deepEqual(chunks.filter(isDone), before.filter(isDone), 'those were not done again');

  const found = await endSearch();
  assert.ok(found.length > 5);
  assert.deepEqual([...new Set(found)], [count]);
});
