import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { h264, makeMedia, picture, subtitles, tone } from '../testing/make-media.ts';
import { decodeSound } from './decode-sound.ts';
import { options } from './options.ts';
import { readSubtitles } from './read-subtitles.ts';

const { signal } = new AbortController();
let store: Store;
before(async () => {
  store = await freshStore();
});

const add = async (bytes: Buffer) => ({
  object_key: (await addMaterial(store, { bytes, mediaType: 'video/mp4', kind: 'video' })).key,
});

/** How loud the samples from one second to another are, of 32,768. */
function loudness(samples: Buffer, [fromS, toS]: readonly [number, number]): number {
  const part = samples.subarray(fromS * 32_000, toS * 32_000);
  let sum = 0;
  for (let at = 0; at + 2 <= part.length; at += 2) sum += Math.abs(part.readInt16LE(at));
  return sum / (part.length / 2);
}

test('sound is decoded as speech is recognised in, each second at its place', async () => {
  const bytes = await makeMedia(
    'a.mkv',
    ...picture({ seconds: 4 }),
    ...options('-itsoffset 2'),
    ...tone(2),
    ...options('-f lavfi -i anullsrc=channel_layout=5.1:sample_rate=44100:duration=4'),
    ...options('-map 0 -map 1 -map 2 -c:a pcm_s16le'),
    ...h264,
  );
  const material = await add(bytes);
  {
    await using sound = await decodeSound(store, material, { signal });
    const samples = await readFile(sound.file);
    assert.ok(Math.abs(sound.durationMs - 4_000) < 50, `${sound.durationMs} ms`);
    assert.equal(loudness(samples, [0, 1.9]), 0, 'nothing before it begins');
    assert.ok(loudness(samples, [2.1, 3.9]) > 1_000);
  }
  await using silence = await decodeSound(store, material, { signal, track: 2 });
  assert.equal(loudness(await readFile(silence.file), [0, 4]), 0, 'the track that was asked for');
});

test('what is asked for and not there is told in words', async () => {
  const material = await add(await makeMedia('a.mp4', ...picture({ seconds: 1 }), ...h264));
  await assert.rejects(decodeSound(store, material, { signal }), {
    name: 'Cancel',
    code: 'stream_missing',
  });
});

test('subtitles within a file are read as WebVTT', async () => {
  const words = '1\n00:00:01,500 --> 00:00:03,000\nThe tide <i>rises</i>\nslowly\n';
  const bytes = await makeMedia(
    'a.mp4',
    ...picture({ seconds: 4 }),
    ...subtitles(words),
    ...h264,
    ...options('-c:s mov_text'),
  );
  const text = await readSubtitles(store, await add(bytes), { stream: 1, signal });
  assert.match(text, /^WEBVTT\n/);
  assert.match(text, /00:01\.500 --> 00:03\.000\nThe tide <i>rises<\/i>\nslowly/);
});
