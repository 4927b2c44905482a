import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { freshStore } from '../testing/fresh-store.ts';
import { newId } from './new-id.ts';
import { listProcesses, removeProcess, upsertProcess } from './processes.ts';

const { postgres: db } = await freshStore();

function someProcess(role: string, takes: readonly string[] = []) {
  return { id: newId(), role, takes, host: 'a-machine', pid: 4711 };
}

async function letPass(processId: string, interval: string): Promise<void> {
  await sql`update processes set seen_at = seen_at - ${interval}::interval, started_at = started_at - ${interval}::interval where id = ${processId}`.execute(
    db,
  );
}

test('a process is listed with what it takes, and its next word keeps the time of its start', async () => {
  const worker = someProcess('workers', ['extract', 'index']);
  await upsertProcess(db, worker);
  await letPass(worker.id, '10 seconds');
  await upsertProcess(db, worker);
  const [seen] = await listProcesses(db);
  assert.ok(seen);
  assert.deepEqual(
    { id: seen.id, role: seen.role, takes: seen.takes, host: seen.host, pid: seen.pid },
    worker,
  );
  assert.ok(seen.seenAt.getTime() - seen.startedAt.getTime() >= 9_000);
  await removeProcess(db, worker.id);
  assert.deepEqual(await listProcesses(db), []);
});

test('a process that has been silent for more than 15 s is not listed, and is again when it speaks', async () => {
  const api = someProcess('api');
  await upsertProcess(db, api);
  await letPass(api.id, '16 seconds');
  assert.deepEqual(await listProcesses(db), []);
  await upsertProcess(db, api);
  assert.deepEqual(
    (await listProcesses(db)).map(({ id }) => id),
    [api.id],
  );
  await removeProcess(db, api.id);
});

test('a word of any process removes rows silent for more than an hour, and no younger ones', async () => {
  const [gone, silent, alive] = [someProcess('api'), someProcess('relay'), someProcess('workers')];
  for (const process of [gone, silent, alive]) await upsertProcess(db, process);
  await letPass(gone.id, '61 minutes');
  await letPass(silent.id, '59 minutes');
  await upsertProcess(db, alive);
  const rows = await db.selectFrom('processes').select('id').orderBy('id').execute();
  assert.deepEqual(
    rows.map(({ id }) => id),
    [silent.id, alive.id],
  );
});

test('a process that was frozen for an hour comes back in one word', async () => {
  const frozen = someProcess('frozen');
  await upsertProcess(db, frozen);
  await letPass(frozen.id, '2 hours');
  await upsertProcess(db, frozen);
  assert.ok((await listProcesses(db)).some(({ id }) => id === frozen.id));
});
