import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setMediaInfo } from '@lectern/db/postgres/videos';
import { askForLinks, freshVideo } from '../testing/fresh-video.ts';
import { tinyVideo } from '../testing/insert-video.ts';

const emptyInfo = {
  container: 'mp4',
  durationS: 90,
  startS: 0,
  sizeBytes: 24,
  sounds: [],
  subtitles: [],
  chapters: [],
};

test('a video has a poster, and sound has none', async () => {
  const { video, me, store } = await freshVideo({ made: tinyVideo });
  const { poster } = await askForLinks(me, video.materialId);
  assert.match(String(poster), /\/thumbnail\?link=/);
  await store.postgres.updateTable('materials').set({ kind: 'audio' }).execute();
  assert.equal((await askForLinks(me, video.materialId)).poster, null);
});

test('chapters are told, from the beginning whatever the clock of the file says', async () => {
  const { video, me, store } = await freshVideo({ made: tinyVideo });
  const read = async () =>
    (await me.call('GET', `/v1/materials/${video.materialId}/playback`)).json().chapters;
  assert.deepEqual(await read(), []);
  const chapters = [
    { startS: 5, endS: 65.5, title: 'The moon' },
    { startS: 65.5, endS: 90 },
  ];
  const info = { ...emptyInfo, startS: 5, chapters };
  await store.postgres.transaction().execute((tx) => setMediaInfo(tx, video.materialId, info));
  assert.deepEqual(await read(), [
    { startTime: 0, endTime: 60.5, title: 'The moon' },
    { startTime: 60.5, endTime: 85, title: null },
  ]);
});
