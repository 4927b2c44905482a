import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { makeMedia } from '../testing/make-media.ts';
import { describeStream, joinRendition, makeVideo } from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

type Colour = { readonly red: number; readonly green: number; readonly blue: number };

/** What is seen in the middle of what a recording of one colour is made into. */
async function show(args: string, format = 'a.mkv'): Promise<{ colour: Colour; stream: object }> {
  const { id, run } = await makeVideo(store, await makeMedia(format, ...options(args)));
  assert.deepEqual([run.state, run.error], ['done', null]);
  await using joined = await joinRendition(store, id, '72p');
  const drawn = await promisify(execFile)(
    'ffmpeg',
    options(`-v error -i ${joined.path} -frames:v 1 -vf scale=1:1,format=rgb24 -f rawvideo pipe:1`),
    { encoding: 'buffer' },
  );
  const [red = 0, green = 0, blue = 0] = drawn.stdout;
  return { colour: { red, green, blue }, stream: await describeStream(joined.path) };
}

const source = (colour: string) => `-f lavfi -i color=${colour}:size=96x72:rate=25:duration=1`;

test('a picture of more light than screens show is brought to what they show', async () => {
  // Half of what PQ can say is white paper in a bright room; shown as it is, it would be grey.
  const pq = '-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc';
  const ten = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le';
  const { colour, stream } = await show(`${source('0x808080')} ${ten} ${pq}`);
  const { pix_fmt: pixels, color_transfer: transfer }: Record<string, unknown> = { ...stream };
  assert.deepEqual([pixels, transfer], ['yuv420p', 'bt709']);
  const { red, green, blue } = colour;
  assert.ok(red > 140 && Math.abs(red - green) < 12 && Math.abs(red - blue) < 12, `${red}`);
});

test('colours stay what they are, however a recording writes them down', async () => {
  const close = ({ red, green, blue }: Colour, wanted: readonly number[]) =>
    [red, green, blue].every((value, i) => Math.abs(value - (wanted[i] ?? 0)) < 20);
  for (const args of [
    // As screens are recorded, as telephones do, and as cameras did.
    `${source('0xc83214')} -c:v qtrle -pix_fmt rgb24`,
    `${source('0xc83214')} -c:v mjpeg -pix_fmt yuvj420p`,
    `${source('0xc83214')} -c:v libx264 -preset ultrafast -pix_fmt yuv444p`,
    `${source('0xc83214')} -vf tinterlace=interleave_top -c:v mpeg4 -flags +ildct`,
  ]) {
    const { colour } = await show(args, args.includes('qtrle') ? 'a.mov' : 'a.mkv');
    assert.ok(close(colour, [200, 50, 20]), `${args}: ${JSON.stringify(colour)}`);
  }
});
