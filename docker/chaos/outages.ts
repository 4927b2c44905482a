import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@lectern/db/testing/until';
import { openRoleLog } from '../role-log.ts';
import { startRedis } from '../redis.ts';
import { startAuthors } from './authors.ts';
import { type Installation, startInstallation } from './installation.ts';

const authors = 4;
const limitMs = 240_000;

/** The API is killed while people upload: no row without its job, no job without its row. */
export async function killApi(times: number): Promise<void> {
  await using lectern = await startInstallation();
  const people = await startAuthors(lectern, authors);
  for (let i = 0; i < times; i++) {
    const seen = people.acknowledged.length;
    await until('the API takes uploads', async () => people.acknowledged.length > seen);
    await sleep(Math.random() * 60);
    lectern.kill('api');
  }
  await people.stop();
  await seeAllReady(lectern, people.acknowledged);
}

/** PostgreSQL stops as at a power cut while people upload: what was acknowledged is there. */
export async function stopDatabase(times: number): Promise<void> {
  await using lectern = await startInstallation();
  const people = await startAuthors(lectern, authors);
  for (let i = 0; i < times; i++) {
    const seen = people.acknowledged.length;
    await until('uploads are taken', async () => people.acknowledged.length > seen + 5, limitMs);
    await sleep(Math.random() * 300);
    const pid = lectern.postgres.pid();
    if (pid !== undefined) process.kill(pid, 'SIGQUIT');
    await sleep(500);
  }
  await people.stop();
  await seeAllReady(lectern, people.acknowledged);
}

/** Redis is killed while people upload: they notice nothing, and the outbox drains. */
export async function killRedis({
  times,
  keeps,
}: {
  times: number;
  keeps: boolean;
}): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'lectern-redis-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const log = openRoleLog({ folder, role: 'redis', show: () => undefined });
  stack.defer(() => log.close());
  const redis = await startRedis(folder, log, { keeps });
  assert.ok(redis, 'this machine has redis-server');
  stack.defer(() => redis.stop());
  const lectern = stack.use(await startInstallation({ QUEUE_URL: redis.url }));
  const people = await startAuthors(lectern, authors);
  for (let i = 0; i < times; i++) {
    await sleep(500 + Math.random() * 500);
    const pid = redis.pid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
  await people.stop();
  await until('the outbox drains', () => isOutboxEmpty(lectern), 60_000);
  await seeAllReady(lectern, people.acknowledged);
}

async function isOutboxEmpty({ db }: Installation): Promise<boolean> {
  const lines = await db.selectFrom('outbox').select('id').limit(1).execute();
  return lines.length === 0;
}

/** Every acknowledged material is there, every material has its runs, every run its material, all done. */
async function seeAllReady({ db }: Installation, acknowledged: readonly string[]): Promise<void> {
  assert.ok(acknowledged.length > 0, 'something was acknowledged');
  const listRuns = () =>
    db
      .selectFrom('runs')
      .select(['subject', 'job', 'state', 'error'])
      .where('job', 'like', 'material.%')
      .execute();
  await until(
    'all work is done',
    async () => {
      const runs = await listRuns().catch(() => []);
      return runs.length > 0 && runs.every(({ state }) => !['queued', 'running'].includes(state));
    },
    limitMs,
  );
  const runs = await listRuns();
  const bad = runs.filter(({ state }) => state !== 'done');
  assert.deepEqual(bad, [], 'no run failed');
  const materials = new Set(
    (await db.selectFrom('materials').select('id').execute()).map(({ id }) => id),
  );
  for (const id of acknowledged) assert.ok(materials.has(id), `${id} was acknowledged and is gone`);
  for (const job of ['material.extract', 'material.index', 'material.analyse']) {
    const subjects = runs.filter((run) => run.job === job).map(({ subject }) => subject ?? '');
    assert.equal(new Set(subjects).size, subjects.length, `no material has two runs of ${job}`);
    assert.deepEqual(new Set(subjects), materials, `the materials are those with a run of ${job}`);
  }
}
