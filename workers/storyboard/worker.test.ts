import assert from 'node:assert/strict';
import { dirname } from 'node:path/posix';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { findStoryboard } from '@lectern/db/postgres/storyboards';
import { freshStore } from '@lectern/db/testing/fresh-store';
import sharp from 'sharp';
import { options } from '../media/options.ts';
import { probeWorker } from '../probe/worker.ts';
import { thumbnailWorker } from '../thumbnail/worker.ts';
import { addMaterial } from '../testing/add-material.ts';
import { h264, makeMedia } from '../testing/make-media.ts';
import { runTwice } from '../testing/run-twice.ts';
import { planStoryboard } from './plan-storyboard.ts';
import { storyboardWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** Black for a second, then red until the sixth, then blue until the twelfth. */
const colours = () =>
  makeMedia(
    'a.mp4',
    ...options('-f lavfi -i color=black:size=640x360:rate=25:duration=1'),
    ...options('-f lavfi -i color=red:size=640x360:rate=25:duration=5'),
    ...options('-f lavfi -i color=blue:size=640x360:rate=25:duration=6'),
    ...options('-filter_complex [0:v][1:v][2:v]concat=n=3'),
    ...h264,
  );

async function addProbed(bytes: Buffer) {
  const added = await addMaterial(store, { bytes, mediaType: 'video/mp4', kind: 'video' });
  const work = { payload: { materialId: added.id }, meta: { subject: added.id } };
  assert.equal((await runTwice(store, probeWorker, work)).state, 'done');
  return { ...added, work };
}

async function colourAt(picture: Buffer, left: number, top: number): Promise<string> {
  const box = { left, top, width: 1, height: 1 };
  const [red = 0, green = 0, blue = 0] = await sharp(picture).extract(box).raw().toBuffer();
  if (green > 80) return 'other';
  if (red > 180 && blue < 80) return 'red';
  return blue > 180 && red < 80 ? 'blue' : 'other';
}

test('a storyboard shows what is seen at each of its times', async () => {
  const { id, work } = await addProbed(await colours());
  const run = await runTwice(store, storyboardWorker, work);
  assert.deepEqual([run.state, run.error], ['done', null]);
  const board = await findStoryboard(store.postgres, id);
  assert.ok(board);
  const { sheets, ...shape } = board;
  assert.deepEqual(shape, { width: 160, height: 90, columns: 10, rows: 2, everyS: 1, count: 12 });
  assert.equal(sheets.length, 1);
  const sheet = await buffer(await store.objects.read(sheets[0] ?? ''));
  const seen = await Promise.all(
    Array.from({ length: shape.count }, (_, i) =>
      colourAt(sheet, (i % 10) * 160 + 80, Math.floor(i / 10) * 90 + 45),
    ),
  );
  const [reds, blues] = [Array<string>(5).fill('red'), Array<string>(6).fill('blue')];
  assert.deepEqual(seen, ['other', ...reds, ...blues]);
});

test('the poster of a video is no empty frame, and small for lists', async () => {
  const { key, work } = await addProbed(await colours());
  assert.equal((await runTwice(store, thumbnailWorker, work)).state, 'done');
  for (const [name, width, height] of [
    ['thumbnail.jpg', 480, 270],
    ['poster.jpg', 640, 360],
  ] as const) {
    const made = await buffer(await store.objects.read(`${dirname(key)}/${name}`));
    const about = await sharp(made).metadata();
    assert.deepEqual([about.format, about.width, about.height], ['jpeg', width, height]);
    assert.equal(await colourAt(made, 100, 100), 'red');
  }
});

test('the shortest videos, and those that lie of their length, show what is there', async () => {
  const red = (seconds: number) =>
    makeMedia(
      'a.mp4',
      ...options(`-f lavfi -i color=red:size=160x90:rate=25:duration=${seconds}`),
      ...h264,
    );
  const lie = await red(2);
  // How long it is, in a thousandth of a second each.
  const toldAt = lie.indexOf('mvhd') + 20;
  assert.equal(lie.readUInt32BE(toldAt), 2_000);
  lie.writeUInt32BE(36_000_000, toldAt);
  for (const [what, bytes] of [
    ['one frame', await red(0.04)],
    ['ten hours that are none', lie],
  ] as const) {
    const { id, key, work } = await addProbed(bytes);
    for (const worker of [thumbnailWorker, storyboardWorker]) {
      const run = await runTwice(store, worker, work);
      assert.deepEqual([run.state, run.error], ['done', null], what);
    }
    const board = await findStoryboard(store.postgres, id);
    for (const picture of [`${dirname(key)}/poster.jpg`, board?.sheets[0] ?? '']) {
      const made = await buffer(await store.objects.read(picture));
      assert.equal(await colourAt(made, 80, 45), 'red', what);
    }
  }
});

test('what has no picture has no storyboard, and no fault', async () => {
  const bytes = await makeMedia('a.mp3', ...options('-f lavfi -i sine=duration=1'));
  const { id, work } = await addProbed(bytes);
  assert.equal((await runTwice(store, storyboardWorker, work)).state, 'done');
  assert.equal(await findStoryboard(store.postgres, id), undefined);
  const gone = await runTwice(store, storyboardWorker, { payload: { materialId: newId() } });
  assert.deepEqual([gone.state, gone.error?.code], ['cancelled', 'material_gone']);
});

test('a short video has many small pictures, a long one not too many', () => {
  const plan = (durationS: number) => planStoryboard({ width: 1_080, height: 1_920 }, durationS);
  assert.deepEqual([plan(0).count, plan(0.2).count, plan(30).count], [1, 1, 30]);
  assert.deepEqual([plan(3_600).everyS, plan(3_600).count], [10, 360]);
  assert.ok(plan(24 * 3_600).count <= 2_000);
  assert.deepEqual([plan(30).width, plan(30).height], [90, 160]);
});
