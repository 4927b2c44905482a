import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { h264, makeMedia, picture, turnUpright } from '../testing/make-media.ts';
import {
  describeStream,
  joinRendition,
  listFrames,
  listRenditionRows,
  makeVideo,
} from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

type Shape = { readonly sizes: string[]; readonly sounds: number; readonly seconds: number };

/** What is made of a recording, and that what is in its segments is what playlists tell. */
async function stream(bytes: Buffer): Promise<Shape> {
  const { id, run } = await makeVideo(store, bytes);
  assert.deepEqual([run.state, run.error], ['done', null]);
  const renditions = await listRenditionRows(store, id);
  const pictures = renditions.filter(({ kind }) => kind === 'video');
  const [smallest] = pictures.slice(-1);
  let seconds = 0;
  if (smallest !== undefined) {
    await using joined = await joinRendition(store, id, smallest.name);
    const seen = await describeStream(joined.path);
    assert.deepEqual([seen['width'], seen['height']], [smallest.width, smallest.height]);
    assert.deepEqual([seen['sample_aspect_ratio'], seen['pix_fmt']], ['1:1', 'yuv420p']);
    seconds = await lengthOf(joined.path);
  }
  return {
    sizes: pictures.map(({ width, height }) => `${width}x${height}`),
    sounds: renditions.length - pictures.length,
    seconds,
  };
}

async function lengthOf(path: string): Promise<number> {
  const frames = await listFrames(path);
  const [first, last] = [frames[0], frames.at(-1)];
  assert.ok(first && last);
  return Math.round((last.atS - first.atS) * 10) / 10;
}

const draw = (size: string, ...more: readonly string[]) =>
  makeMedia('a.mp4', ...picture({ seconds: 5, size }), ...more, ...h264);

test('a picture is never made larger, and keeps its shape', async () => {
  const odd = makeMedia(
    'a.mkv',
    ...options('-f lavfi -i testsrc=size=501x281:duration=5 -c:v ffv1'),
  );
  assert.deepEqual((await stream(await odd)).sizes, ['500x280']);
  assert.deepEqual((await stream(await draw('640x480'))).sizes, ['640x480', '480x360']);
  assert.deepEqual((await stream(await draw('96x72'))).sizes, ['96x72']);
});

test('a picture that lies on its side stands upright', async () => {
  const { sizes } = await stream(turnUpright(await draw('640x360')));
  assert.deepEqual(sizes, ['360x640', '240x426']);
});

test('pixels that are not square become so', async () => {
  const { sizes } = await stream(await draw('352x288', '-vf', 'setsar=12/11'));
  assert.deepEqual(sizes, ['384x288', '320x240']);
});

test('a picture without sound is played without', async () => {
  const { sounds, seconds } = await stream(await draw('160x90'));
  assert.deepEqual([sounds, seconds], [0, 5]);
});

test('frames that come irregularly come regularly, and as long', async () => {
  const skip = "select='not(mod(n,5))+gt(random(1),0.5)'";
  const bytes = await draw('160x90', '-vf', skip, '-fps_mode', 'vfr');
  assert.ok(Math.abs((await stream(bytes)).seconds - 5) < 0.2);
});
