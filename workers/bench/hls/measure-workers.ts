import { probeMaterial } from '@lectern/db/jobs/probe';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listVideoPieces } from '@lectern/db/postgres/video-pieces';
import { startRelay } from '@lectern/db/queue/relay';
import { until } from '@lectern/db/testing/until';
import { hlsWorker } from '../../hls/worker.ts';
import { probeWorker } from '../../probe/worker.ts';
import { runWorkers } from '../../runtime/run-workers.ts';
import { addMaterial } from '../../testing/add-material.ts';
import { startFleet } from '../../testing/start-fleet.ts';
import { openBenchStore } from './open-bench-store.ts';

const longestMs = 10 * 60_000;
const seldomMs = 200;

/** How many times faster the pieces of a video are made by two processes than by one, a core each. */
export async function measureWorkers(bytes: Buffer): Promise<number> {
  await using bench = await openBenchStore();
  const { env, store } = bench;
  const relay = startRelay(store);
  try {
    const alone = await timePieces(store, { env, bytes, workers: 1 });
    const together = await timePieces(store, {
      env,
      bytes: Buffer.concat([bytes, Buffer.alloc(8)]),
      workers: 2,
    });
    process.stdout.write(`hls  ${alone.toFixed(1)} s by one, ${together.toFixed(1)} s by two\n`);
    return alone / together;
  } finally {
    await relay.close();
  }
}

type Trial = {
  readonly env: Record<string, string>;
  readonly bytes: Buffer;
  readonly workers: number;
};

/** Seconds from the moment at which all but the pieces is done. */
async function timePieces(store: Store, { env, bytes, workers }: Trial): Promise<number> {
  const material = await addMaterial(store, { bytes, mediaType: 'video/mp4', kind: 'video' });
  const registry = import.meta.resolve('../../registry.ts');
  const begun = runWorkers(store, [probeWorker, hlsWorker], { registry });
  const { id: materialId, ownerId: owner } = material;
  await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, probeMaterial, { materialId }, { subject: materialId, owner }));
  store.queues.wakeRelay();
  const count = async () =>
    (await listVideoPieces(store.postgres, materialId)).filter(({ isDone }) => !isDone).length;
  await until(
    'the rest is done',
    async () => (await isReady(store, materialId)) && count(),
    longestMs,
  );
  await begun.close();
  const single = import.meta.resolve('./single-workers.ts');
  const fleet = await startFleet({ ...env, FLEET_REGISTRY: single }, workers);
  const startedAt = performance.now();
  try {
    // Seldom: looking takes from the same processor.
    await until('all pieces are made', async () => (await count()) === 0, longestMs, seldomMs);
    return (performance.now() - startedAt) / 1_000;
  } finally {
    await fleet.close();
  }
}

/** Its first piece and its sound. */
async function isReady(store: Store, materialId: string): Promise<boolean> {
  const [pieces, sound] = await Promise.all([
    listVideoPieces(store.postgres, materialId),
    store.postgres
      .selectFrom('video_renditions')
      .select('is_whole')
      .where('material_id', '=', materialId)
      .where('kind', '=', 'audio')
      .executeTakeFirst(),
  ]);
  return pieces.length > 1 && pieces[0]?.isDone === true && sound?.is_whole === true;
}
