import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { beginVideoRound } from '@lectern/db/postgres/video-rounds';
import { setMediaInfo } from '@lectern/db/postgres/videos';
import { formOf } from '../testing/fresh-api.ts';
import { askForHls, freshVideo } from '../testing/fresh-video.ts';
import { tinyVideo } from '../testing/insert-video.ts';

const info = {
  container: 'mp4',
  durationS: 1,
  startS: 0,
  sizeBytes: 24,
  sounds: [],
  subtitles: [],
  chapters: [],
};

test('a video in place of another is streamed at addresses that nothing had before', async () => {
  const { video, me, store, visit, walk } = await freshVideo({ made: tinyVideo });
  const { materialId } = video;
  const addresses = await walk(await askForHls(me, materialId));
  const replace = async (name: string, content: string) => {
    const url = `/v1/materials/${materialId}/original`;
    const answer = await me.call('PUT', url, formOf([{ name, content }]));
    assert.equal(answer.statusCode, 202);
  };
  const begin = () =>
    store.postgres.transaction().execute(async (tx) => {
      await setMediaInfo(tx, materialId, info);
      const work = { materialId, runId: newId(), key: Buffer.alloc(16, 1) };
      return (await beginVideoRound(tx, work))?.round;
    });
  await replace('notes.txt', 'The moon draws the sea.');
  await replace('lecture.mp4', '\0\0\0\x18ftypisom\0\0\0\0isommp42');
  const rounds = [await begin(), await begin()];
  await replace('again.mp4', '\0\0\0\x18ftypisom\0\0\0\0isommp41');
  rounds.push(await begin());
  assert.deepEqual(rounds, [2, 3, 4]);
  for (const url of addresses.filter((one) => !one.includes('master.m3u8'))) {
    assert.equal((await visit(url)).statusCode, 404, url);
  }
});

test('whoever had watched the one before has that, and begins anew with what took its place', async () => {
  const { video, me, store } = await freshVideo({ made: tinyVideo });
  const { materialId } = video;
  const duration = () =>
    store.postgres.updateTable('materials').set({ duration_ms: 10_000 }).execute();
  const url = `/v1/materials/${materialId}/watching`;
  await duration();
  const before = (await me.call('PUT', url, { body: { position: 9, watched: [[0, 9.5]] } })).json();
  assert.ok(before.completedAt);
  const files = formOf([{ name: 'other.mp4', content: '\0\0\0\x18ftypisom\0\0\0\0isommp42' }]);
  const answer = await me.call('PUT', `/v1/materials/${materialId}/original`, files);
  assert.equal(answer.statusCode, 202);
  await duration();
  const { position, watched, share, completedAt } = (await me.call('GET', url)).json();
  assert.deepEqual([position, watched, share, completedAt], [0, [], 0, before.completedAt]);
});
