import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForLinks, freshVideo } from '../testing/fresh-video.ts';
import { tinyVideo } from '../testing/insert-video.ts';

test('a video has a poster, and sound has none', async () => {
  const { video, me, store } = await freshVideo({ made: tinyVideo });
  const { poster } = await askForLinks(me, video.materialId);
  assert.match(String(poster), /\/thumbnail\?link=/);
  await store.postgres.updateTable('materials').set({ kind: 'audio' }).execute();
  assert.equal((await askForLinks(me, video.materialId)).poster, null);
});
