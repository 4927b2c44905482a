import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { enqueue, enqueueMany } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { startRelay } from '@lectern/db/queue/relay';
import { freshDatabase } from '@lectern/db/testing/fresh-database';
import { freshRedis } from '@lectern/db/testing/fresh-redis';
import { until } from '@lectern/db/testing/until';
import { benchJob, type Handled, now } from './consumer.ts';

const jobs = 10_000;
const perWrite = 100;
const rounds = 3;
const concurrency = 200;
const samples = 200;

type Way = 'ledger' | 'bullmq';

for (const backend of ['postgres', 'redis'] as const) {
  const rates: Record<Way, number[]> = { ledger: [], bullmq: [] };
  for (let round = 0; round < rounds; round++) {
    for (const way of ['bullmq', 'ledger'] as const)
      rates[way].push(await measureRate(backend, way));
  }
  const [ledger, bullmq] = [median(rates.ledger), median(rates.bullmq)];
  say(
    `queue  ${backend.padEnd(8)}  outbox to worker ${ledger.toFixed(0)}/s, BullMQ alone ${bullmq.toFixed(0)}/s`,
  );
  report(`queue  ${backend}  throughput ratio`, ledger / bullmq, '≥', 0.7);
  const latencies = await measureLatency(backend);
  report(`queue  ${backend}  commit to handler p50, ms`, percentile(latencies, 0.5), '≤', 15);
  report(`queue  ${backend}  commit to handler p95, ms`, percentile(latencies, 0.95), '≤', 15);
}

async function measureRate(backend: string, way: Way): Promise<number> {
  return await withBench(backend, way, async (store, child) => {
    const startedAt = now();
    const relay = way === 'ledger' ? startRelay(store) : undefined;
    const finished = waitFor(child, jobs);
    if (way === 'ledger') await addByOutbox(store);
    else await addToQueue(store);
    const { at } = await finished;
    await relay?.close();
    return jobs / ((at - startedAt) / 1_000);
  });
}

async function addByOutbox(store: Store): Promise<void> {
  for (let i = 0; i < jobs; i += perWrite) {
    await store.postgres.transaction().execute(async (tx) => {
      const runs = Array.from({ length: perWrite }, () => ({ payload: {} }));
      await enqueueMany(tx, benchJob, runs);
    });
    store.queues.wakeRelay();
  }
}

async function addToQueue(store: Store): Promise<void> {
  const queue = store.queues.get(benchJob.name);
  for (let i = 0; i < jobs; i += perWrite) {
    await queue.addBulk(
      Array.from({ length: perWrite }, () => ({
        name: benchJob.name,
        data: { runId: newId() },
        opts: { jobId: newId() },
      })),
    );
  }
}

async function measureLatency(backend: string): Promise<number[]> {
  return await withBench(backend, 'ledger', async (store, child) => {
    const relay = startRelay(store);
    await sleep(1_000);
    const latencies: number[] = [];
    for (let i = 1; i <= samples; i++) {
      const handled = waitFor(child, i);
      await store.postgres.transaction().execute((tx) => enqueue(tx, benchJob, {}));
      const committedAt = now();
      store.queues.wakeRelay();
      latencies.push((await handled).at - committedAt);
      await sleep(20 + Math.random() * 20);
    }
    await relay.close();
    return latencies;
  });
}

async function withBench<T>(
  backend: string,
  way: Way,
  act: (store: Store, child: ChildProcess) => Promise<T>,
): Promise<T> {
  const database = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LECTERN_LOG_LEVEL: 'error',
    ...(backend === 'redis' && { QUEUE_URL: await freshRedis() }),
  };
  const store = open(readConfig(env, null), 'bench');
  const child = fork(join(import.meta.dirname, 'consumer.ts'), [way, String(concurrency)], {
    env: { ...process.env, ...env },
  });
  try {
    await once(child, 'message');
    await until('the queue to answer', () =>
      store.queues
        .get(benchJob.name)
        .waitUntilReady()
        .then(() => true),
    );
    return await act(store, child);
  } finally {
    child.kill();
    await once(child, 'exit');
    await store.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function waitFor(child: ChildProcess, count: number): Promise<Handled> {
  return new Promise((resolve) => {
    const look = (handled: Handled) => {
      if (handled.count < count) return;
      child.off('message', look);
      resolve(handled);
    };
    child.on('message', look);
  });
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}

function report(what: string, value: number, sign: '≥' | '≤', goal: number): void {
  const isMet = sign === '≥' ? value >= goal : value <= goal;
  say(`${what}: ${value.toFixed(2)} (goal ${sign} ${goal}) ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet) process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
