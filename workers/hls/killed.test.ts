import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { probeMaterial } from '@lectern/db/jobs/probe';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addMaterial } from '../testing/add-material.ts';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
import { joinRendition, listFrames, listPieces } from '../testing/make-video.ts';
import { startFleet } from '../testing/start-fleet.ts';

test('a video whose workers are killed in the middle plays as one that was made in peace', async () => {
  const seconds = 20;
  const args = [...picture({ seconds }), ...tone(seconds), ...h264, '-g', '300'];
  const bytes = await makeMedia('a.mp4', ...args);
  const env = await freshEnv();
  const store = open(readConfig(env, null), 'test');
  const registry = import.meta.resolve('../registry.ts');
  const relay = startRelay(store);
  const fleet = await startFleet({ ...env, FLEET_REGISTRY: registry }, 1);
  try {
    const id = await begin(store, bytes);
    // Once in the beginning, which plans and makes the first piece, once among the others.
    await until('it has begun', async () => (await listPieces(store, id)).length > 0);
    await sleep(Math.random() * 300);
    fleet.killOne();
    await until('a piece is done', async () =>
      (await listPieces(store, id)).some(({ isDone }) => isDone),
    );
    await sleep(Math.random() * 300);
    fleet.killOne();
    await untilMade(store, id);
    await requireSteps(store, { id, name: '180p', stepS: 1 / 25, count: seconds * 25 });
    const frames = Math.ceil((seconds * 48_000) / 1_024) + 1;
    await requireSteps(store, { id, name: 'audio-0', stepS: 1_024 / 48_000, count: frames });
  } finally {
    await fleet.close();
    await relay.close();
    await store.close();
  }
});

type Steps = {
  readonly id: string;
  readonly name: string;
  readonly stepS: number;
  readonly count: number;
};

async function requireSteps(store: Store, { id, name, stepS, count }: Steps): Promise<void> {
  await using joined = await joinRendition(store, id, name);
  const frames = await listFrames(joined.path);
  assert.ok(Math.abs(frames.length - count) <= 1, `${frames.length} of ${count} in ${name}`);
  for (const [i, { atS }] of frames.slice(1).entries()) {
    assert.ok(Math.abs(atS - (frames[i]?.atS ?? 0) - stepS) < 0.002, `${name} at ${atS}`);
  }
}

async function begin(store: Store, bytes: Buffer): Promise<string> {
  const { id, ownerId } = await addMaterial(store, {
    bytes,
    mediaType: 'video/mp4',
    kind: 'video',
  });
  const meta = { subject: id, owner: ownerId };
  await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, probeMaterial, { materialId: id }, meta));
  store.queues.wakeRelay();
  return id;
}

function untilMade(store: Store, id: string): Promise<unknown> {
  return until(
    'the video is whole',
    async () => {
      const runs = await listRunsOfSubject(store.postgres, id);
      const lost = runs.find(({ state }) => state === 'failed');
      assert.equal(lost, undefined, 'nothing is given up');
      return runs.some(({ job, state }) => job === 'material.hls' && state === 'done');
    },
    90_000,
  );
}
