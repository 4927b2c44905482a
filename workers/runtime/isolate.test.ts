import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { findRun } from '@lectern/db/postgres/runs';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { registry, tryOut } from '../testing/registry.ts';
import { makeIsolate } from './isolate.ts';

test('a suspect opens files that are sealed, as any other run does', async () => {
  const OBJECTS_KEY = randomBytes(32).toString('base64');
  const { config, log, postgres, objects } = await freshStore({ env: { OBJECTS_KEY } });
  const label = 'elsewhere/file.txt';
  await objects.write(label, Readable.from([Buffer.from('words')]));
  const file = join(config.dataDir, 'tries.txt');
  await writeFile(file, '');
  const runId = await postgres
    .transaction()
    .execute((tx) => enqueue(tx, tryOut, { file, label, act: 'read' }));
  const { line } = await postgres
    .updateTable('runs')
    .set({ state: 'running', fence: 1, heartbeat_at: new Date(0) })
    .where('id', '=', runId)
    .returning('line')
    .executeTakeFirstOrThrow();
  const [worker] = registry;
  assert.ok(worker);
  const isolate = makeIsolate({
    config,
    log,
    registry: import.meta.resolve('../testing/registry.ts'),
    heartbeatMs: 1_000,
    stopping: new AbortController().signal,
  });
  assert.deepEqual(await isolate(worker, { runId, line }), { hasDied: false });
  const run = await findRun(postgres, runId);
  assert.deepEqual([run?.state, run?.error], ['done', null]);
});
