import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
import { joinRendition, listFrames, makeVideo } from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const draw = (name: string, seconds: number, ...more: readonly string[]) =>
  makeMedia(name, ...picture({ seconds, size: '96x72' }), ...tone(seconds), ...h264, ...more);

async function stream(bytes: Buffer) {
  const { id, run } = await makeVideo(store, bytes);
  assert.deepEqual([run.state, run.job], ['done', 'material.hls'], run.error?.message);
  const { duration_ms: durationMs } = await store.postgres
    .selectFrom('materials')
    .select('duration_ms')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await using joined = await joinRendition(store, id, '72p');
  const frames = await listFrames(joined.path);
  const last = frames.at(-1)?.atS ?? 0;
  return { durationS: (durationMs ?? 0) / 1_000, frames: frames.length, lastS: last - 1.4, run };
}

test('a recording that was cut off is played as far as it goes, and its owner is told', async () => {
  const whole = await draw('a.mp4', 40, ...options('-movflags faststart -g 25'));
  const { run, durationS, lastS } = await stream(whole.subarray(0, Math.floor(whole.length * 0.6)));
  assert.equal(run.error?.code, 'file_short');
  assert.match(run.error?.message ?? '', /plays 0:40, but it ends after 0:2\d/);
  assert.ok(durationS > 15 && durationS < 35 && Math.abs(durationS - lastS) < 0.5);
});

test('how long a recording plays is found in it, not in what it says', async () => {
  const bytes = Buffer.from(await draw('a.mp4', 6));
  // Of the movie, its tracks and their media, in their own units.
  for (const [box, at] of [
    ['mvhd', 20],
    ['tkhd', 24],
    ['mdhd', 20],
  ] as const) {
    for (let found = bytes.indexOf(box); found >= 0; found = bytes.indexOf(box, found + 4)) {
      bytes.writeUInt32BE(bytes.readUInt32BE(found + at) * 100, found + at);
    }
  }
  const { durationS, frames, run } = await stream(bytes);
  assert.ok(Math.abs(durationS - 6) < 0.1, `${durationS} s`);
  assert.equal(frames, 150);
  assert.equal(run.error?.code, 'file_short');
});

test('a recording of a browser, which says nothing of its length, is streamed whole', async () => {
  const args = options('-f matroska -live 1 -g 50');
  const { durationS, frames, run } = await stream(await draw('a.mkv', 7, ...args));
  assert.ok(Math.abs(durationS - 7) < 0.1, `${durationS} s`);
  // Sound that begins some thousandths of a second before the picture shows its first frame twice.
  assert.ok(frames === 175 || frames === 176, `${frames} frames`);
  assert.equal(run.error, null);
});

test('a picture that stands still stays as long as there is sound', async () => {
  const bytes = await makeMedia(
    'a.mkv',
    ...options('-f lavfi -i color=red:size=96x72:rate=25:duration=0.2'),
    ...tone(9),
    ...h264,
  );
  const { durationS, lastS } = await stream(bytes);
  assert.ok(Math.abs(durationS - 9) < 0.1 && Math.abs(lastS - 9) < 0.1, `${durationS}, ${lastS}`);
});
