import assert from 'node:assert/strict';
import { dirname } from 'node:path/posix';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
import {
  joinRendition,
  listFrames,
  listPieces,
  listRenditionRows,
  makeVideo,
  streamMaterial,
} from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const atZeroS = 1.4;

test('a video that is made anew has another key, and nothing of the one before', async () => {
  const bytes = await makeMedia('a.mp4', ...picture({ seconds: 5, size: '96x72' }), ...h264);
  const material = await makeVideo(store, bytes);
  const look = async () => {
    const { round, key, state } = await store.postgres
      .selectFrom('videos')
      .select(['round', 'key', 'state'])
      .where('material_id', '=', material.id)
      .executeTakeFirstOrThrow();
    const objects: string[] = [];
    for await (const object of store.objects.list(`${dirname(material.key)}/hls/`)) {
      objects.push(object.key);
    }
    return { round, state, key: key?.toString('hex'), objects };
  };
  const first = await look();
  assert.deepEqual([first.round, first.state, first.objects.length], [1, 'whole', 1]);
  const run = await streamMaterial(store, material);
  assert.equal(run.state, 'done');
  const second = await look();
  assert.deepEqual([second.round, second.state, second.objects.length], [2, 'whole', 1]);
  assert.notEqual(second.key, first.key);
  assert.notDeepEqual(second.objects, first.objects);
  await using joined = await joinRendition(store, material.id, '72p');
  assert.equal((await listFrames(joined.path)).length, 125);
});

test('a video is there in several sizes whose frames go on over every piece, with its sound', async () => {
  const bytes = await makeMedia(
    'a.mp4',
    ...picture({ seconds: 30, size: '640x360', rate: '30000/1001' }),
    ...tone(30),
    ...h264,
    '-g',
    '300',
    '-shortest',
  );
  const { id, run } = await makeVideo(store, bytes);
  assert.deepEqual([run.state, run.progress, run.error], ['done', 1, null]);
  const pieces = await listPieces(store, id);
  assert.ok(pieces.length >= 3 && pieces.every(({ isDone }) => isDone));
  const renditions = await listRenditionRows(store, id);
  assert.deepEqual(
    renditions.map(({ name, codecs, is_whole: isWhole }) => [name, codecs, isWhole]),
    [
      ['360p', 'avc1.64001e', true],
      ['240p', 'avc1.64001e', true],
      ['audio-0', 'mp4a.40.2', true],
    ],
  );
  const frameS = 1_001 / 30_000;
  const starts: number[][] = [];
  for (const name of ['360p', '240p']) {
    await using joined = await joinRendition(store, id, name);
    const frames = await listFrames(joined.path);
    assert.equal(frames.length, 900);
    for (const [i, { atS }] of frames.entries()) {
      assert.ok(Math.abs(atS - atZeroS - i * frameS) < 0.001, `frame ${i} of ${name} at ${atS}`);
    }
    const keys = new Set(frames.flatMap(({ atS, isKey }) => (isKey ? atS.toFixed(2) : [])));
    for (const { start_s: startS, duration_s: durationS } of joined.segments) {
      assert.ok(keys.has((startS + atZeroS).toFixed(2)), `a key picture at ${startS}`);
      assert.ok(durationS <= 6.05, `${durationS} s`);
    }
    starts.push(joined.segments.map(({ start_s: startS }) => startS));
  }
  assert.deepEqual(starts[0], starts[1], 'segments of all sizes begin together');
  await using sound = await joinRendition(store, id, 'audio-0');
  const samples = await listFrames(sound.path);
  for (const [i, { atS }] of samples.slice(1).entries()) {
    assert.ok(Math.abs(atS - (samples[i]?.atS ?? 0) - 1_024 / 48_000) < 0.001, `sound at ${atS}`);
  }
  const endS = (samples.at(-1)?.atS ?? 0) + 1_024 / 48_000 - atZeroS;
  assert.ok(Math.abs(endS - 30) < 0.04, `sound ends at ${endS}`);
});
