import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
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

const listSounds = async (id: string) =>
  (await listRenditionRows(store, id)).filter(({ kind }) => kind === 'audio');

test('each track of sound is a rendition with its language, in stereo at most', async () => {
  const bytes = await makeMedia(
    'a.mkv',
    ...picture({ seconds: 4, size: '96x72' }),
    ...tone(4),
    ...options('-f lavfi -i anoisesrc=duration=4,aformat=channel_layouts=5.1:sample_rates=44100'),
    ...options('-map 0 -map 1 -map 2 -map 1 -c:a aac -disposition:a:0 0 -disposition:a:1 default'),
    ...options('-metadata:s:a:0 language=eng -metadata:s:a:0 title=Talk'),
    ...options('-metadata:s:a:1 language=ger'),
    ...h264,
  );
  const { id, run } = await makeVideo(store, bytes);
  assert.deepEqual([run.state, run.error], ['done', null]);
  const sounds = await listSounds(id);
  assert.deepEqual(
    sounds.map(({ name, language, title, is_default: isDefault }) => {
      return { name, language, title, isDefault };
    }),
    [
      { name: 'audio-0', language: 'en', title: 'Talk', isDefault: false },
      { name: 'audio-1', language: 'de', title: null, isDefault: true },
      { name: 'audio-2', language: null, title: null, isDefault: false },
    ],
  );
  for (const [name, channels] of [
    ['audio-0', 1],
    ['audio-1', 2],
  ] as const) {
    await using joined = await joinRendition(store, id, name);
    const seen = await describeStream(joined.path);
    assert.deepEqual([seen['codec_name'], seen['profile']], ['aac', 'LC']);
    assert.deepEqual([seen['channels'], seen['sample_rate']], [channels, '48000']);
  }
});

test('sound alone is streamed alone, without a seam', async () => {
  const bytes = await makeMedia('a.mp3', ...tone(13));
  const { id, run } = await makeVideo(store, bytes, 'audio');
  assert.deepEqual([run.state, run.progress], ['done', 1]);
  const renditions = await listRenditionRows(store, id);
  assert.deepEqual(
    renditions.map(({ name, is_whole: isWhole, is_default: isDefault }) => [
      name,
      isWhole,
      isDefault,
    ]),
    [['audio-0', true, true]],
  );
  await using joined = await joinRendition(store, id, 'audio-0');
  assert.deepEqual(
    joined.segments.map(({ piece, number }) => [piece, number]),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  );
  const frames = await listFrames(joined.path);
  for (const [i, { atS }] of frames.slice(1).entries()) {
    assert.ok(Math.abs(atS - (frames[i]?.atS ?? 0) - 1_024 / 48_000) < 0.001);
  }
});

test('the segments of sound are four to six seconds long, with no splinter at the end', async () => {
  const bytes = await makeMedia('a.wav', ...tone(20));
  const { id } = await makeVideo(store, bytes, 'audio');
  await using joined = await joinRendition(store, id, 'audio-0');
  const lengths = joined.segments.map(({ duration_s: durationS }) => durationS);
  assert.equal(lengths.length, 4);
  for (const lengthS of lengths) assert.ok(lengthS >= 4 && lengthS <= 6.05, lengths.join(' '));
});

test('sound that begins later than the picture, and has a hole, stays at its place', async () => {
  const bytes = await makeMedia(
    'a.mkv',
    ...picture({ seconds: 8, size: '96x72' }),
    ...options('-itsoffset 1.5'),
    ...tone(6),
    ...options(
      '-filter_complex [1:a]aselect=lt(t\\,2)+gt(t\\,4)[a] -map 0:v -map [a] -c:a pcm_s16le',
    ),
    ...h264,
  );
  const { id } = await makeVideo(store, bytes);
  await using joined = await joinRendition(store, id, 'audio-0');
  const frames = await listFrames(joined.path);
  const [first, last] = [frames[0]?.atS ?? 0, frames.at(-1)?.atS ?? 0];
  assert.ok(Math.abs(first - 1.4) < 0.03, `it begins at ${first}`);
  assert.ok(Math.abs(last - 1.4 - 7.5) < 0.04, `it ends at ${last}`);
});
