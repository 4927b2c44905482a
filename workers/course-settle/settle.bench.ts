import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { freshDatabase } from '@lectern/db/testing/fresh-database';
import { writeEdits } from '../bench/write-edits.ts';
import { editCourse } from '../testing/edit-course.ts';

const edits = 100_000;

const database = await freshDatabase();
const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, LECTERN_LOG_LEVEL: 'error' };
const store = open(readConfig(env, null), 'bench');
try {
  const written = writeEdits(edits);
  const { owner, courseId, settle, readDocument } = await editCourse(store);
  for (let from = 0; from < edits; from += 1_000) {
    const updates = written.slice(from, from + 1_000);
    await appendUpdates(
      store.postgres,
      courseId,
      updates.map(({ data }) => ({ data, userId: owner.id })),
    );
  }
  const startedMs = performance.now();
  const run = await settle();
  if (run.state !== 'done') throw new Error(`the settle is ${run.state}`);
  report('settle  seconds for 100,000 edits', (performance.now() - startedMs) / 1_000, 10);

  const { state, size_bytes: sizeBytes, state_version: version } = await readDocument();
  if (version !== edits) throw new Error(`${version} of ${edits} edits are compacted`);
  const { graph } = await store.documents.settle({
    state,
    stateVersion: 1,
    settledVersion: 0,
    updates: [],
  });
  const fresh = await store.documents.build(graph);
  report('settle  stored size against a fresh document', sizeBytes / fresh.length, 3);
} finally {
  await store.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
}

function report(what: string, value: number, goal: number): void {
  const isMet = value <= goal;
  process.stdout.write(
    `${what}: ${value.toFixed(2)} (goal ≤ ${goal}) ${isMet ? 'met' : 'MISSED'}\n`,
  );
  if (!isMet) process.exitCode = 1;
}
