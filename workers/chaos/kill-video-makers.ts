import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@lectern/db/config';
import { probeMaterial } from '@lectern/db/jobs/probe';
import { open, type Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addMaterial } from '../testing/add-material.ts';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
import { joinRendition, listFrames, listPieces } from '../testing/make-video.ts';
import { type Fleet, startFleet } from '../testing/start-fleet.ts';

const seconds = 20;
/** About as long as either half of the work takes. */
const longestPauseMs = 700;

/** The only worker is killed twice while it makes a video, which then plays as one that was made in peace. */
export async function killVideoMakers({ videos }: { readonly videos: number }): Promise<void> {
  const registry = import.meta.resolve('../testing/video-registry.ts');
  const env = { ...(await freshEnv()), FLEET_REGISTRY: registry };
  const args = [...picture({ seconds }), ...tone(seconds), ...h264, '-g', '300'];
  const bytes = await makeMedia('a.mp4', ...args);
  const store = open(readConfig(env, null), 'test');
  const relay = startRelay(store);
  const fleet = await startFleet(env, 1);
  try {
    for (let i = 0; i < videos; i++) {
      const id = await begin(store, Buffer.concat([bytes, Buffer.alloc(i)]));
      await killTwice(store, fleet, id);
      await untilMade(store, id);
      await requireSteps(store, { id, name: '180p', stepS: 1 / 25, count: seconds * 25 });
      const frames = Math.ceil((seconds * 48_000) / 1_024) + 1;
      await requireSteps(store, { id, name: 'audio-0', stepS: 1_024 / 48_000, count: frames });
    }
  } finally {
    await fleet.close();
    await relay.close();
    await store.close();
  }
}

/** Somewhere in the beginning, which plans and makes the first piece, and somewhere among the others. */
async function killTwice(store: Store, fleet: Fleet, id: string): Promise<void> {
  await until('it has begun', async () => (await listRunsOfSubject(store.postgres, id)).length > 0);
  await sleep(Math.random() * longestPauseMs);
  fleet.killOne();
  await until('a piece is done', async () =>
    (await listPieces(store, id)).some(({ isDone }) => isDone),
  );
  await sleep(Math.random() * longestPauseMs);
  fleet.killOne();
}

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
  const file = { bytes, mediaType: 'video/mp4', kind: 'video' } as const;
  const { id: materialId, ownerId: owner } = await addMaterial(store, file);
  await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, probeMaterial, { materialId }, { subject: materialId, owner }));
  store.queues.wakeRelay();
  return materialId;
}

async function untilMade(store: Store, id: string): Promise<void> {
  await until(
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
