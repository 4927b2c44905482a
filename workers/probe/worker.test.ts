import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { addMaterial } from '../testing/add-material.ts';
import { h264, makeMedia, picture, subtitles, tone, turnUpright } from '../testing/make-media.ts';
import { runTwice } from '../testing/run-twice.ts';
import { probeWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function probe(bytes: Buffer, kind: 'video' | 'audio' = 'video') {
  const { id } = await addMaterial(store, { bytes, mediaType: `${kind}/mp4`, kind });
  const run = await runTwice(store, probeWorker, {
    payload: { materialId: id },
    meta: { subject: id },
  });
  const material = await store.postgres
    .selectFrom('materials')
    .select(['kind', 'title', 'author', 'duration_ms'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { run, material, info: await findMediaInfo(store.postgres, id) };
}

test('a video says how long it is, what it shows, and what it says of itself', async () => {
  const bytes = await makeMedia(
    'a.mp4',
    ...picture({ seconds: 3 }),
    ...tone(3),
    ...h264,
    ...options('-metadata title=Tides -metadata artist=Moon -metadata:s:a language=rus'),
  );
  const { run, material, info } = await probe(bytes);
  assert.equal(run.state, 'done');
  assert.deepEqual(material, {
    kind: 'video',
    title: 'Tides',
    author: 'Moon',
    duration_ms: 3_000,
  });
  assert.ok(info?.picture);
  const { codec, width, height, rotation, frameRate, isVariable, hdr } = info.picture;
  assert.deepEqual(
    { codec, width, height, rotation, frameRate, isVariable, hdr },
    {
      codec: 'h264',
      width: 320,
      height: 180,
      rotation: 0,
      frameRate: [25, 1],
      isVariable: false,
      hdr: null,
    },
  );
  const [sound] = info.sounds;
  assert.deepEqual(
    [sound?.codec, sound?.channels, sound?.sampleRate, sound?.language],
    ['aac', 1, 48_000, 'rus'],
  );
});

test('a picture that lies on its side, or whose pixels are not square, is told as it is seen', async () => {
  const upright = await makeMedia('a.mp4', ...picture({ seconds: 1 }), ...h264);
  assert.deepEqual(await sizeOf(turnUpright(upright)), [180, 320, 90]);
  const wide = await makeMedia(
    'a.mp4',
    ...picture({ seconds: 1, size: '720x576' }),
    ...options('-vf setsar=16/11'),
    ...h264,
  );
  assert.deepEqual(await sizeOf(wide), [1_047, 576, 0]);

  async function sizeOf(bytes: Buffer) {
    const { info } = await probe(bytes);
    return [info?.picture?.width, info?.picture?.height, info?.picture?.rotation];
  }
});

test('sound with a cover is sound, whatever it was taken for', async () => {
  const cover = options('-f lavfi -i color=red:size=64x64:duration=1:rate=1');
  const bytes = await makeMedia(
    'a.m4a',
    ...tone(2),
    ...cover,
    ...options('-map 0:a -map 1:v -c:a aac -c:v mjpeg -frames:v 1 -disposition:v attached_pic'),
  );
  const { run, material, info } = await probe(bytes);
  assert.deepEqual([run.state, material.kind, info?.picture], ['done', 'audio', undefined]);
  assert.equal(material.duration_ms, 2_000);
});

test('ten streams are told with their languages, subtitles and chapters with their names', async () => {
  const tracks = ['eng', 'rus', 'deu', 'fra', 'ita', 'spa', 'por', 'pol'];
  const bytes = await makeMedia(
    'a.mkv',
    ...picture({ seconds: 1 }),
    ...tone(1),
    ...subtitles(note),
    ...options('-map 0:v -map 2:s'),
    ...tracks.flatMap(() => options('-map 1:a')),
    ...tracks.flatMap((language, i) => [`-metadata:s:a:${i}`, `language=${language}`]),
    ...h264,
    ...options('-metadata:s:s:0 title=Notes -c:a aac -c:s srt'),
  );
  const { info } = await probe(bytes);
  assert.deepEqual(
    info?.sounds.map(({ language }) => language),
    tracks,
  );
  const [notes] = info?.subtitles ?? [];
  assert.deepEqual([notes?.title, notes?.isText], ['Notes', true]);
});

const note = '1\n00:00:00,000 --> 00:00:01,000\nWords\n';

test('what cannot be played says why, in words', async () => {
  const whole = await makeMedia('a.mp4', ...picture({ seconds: 2 }), ...h264);
  const still = await makeMedia('a.mkv', ...subtitles(note), '-c:s', 'srt');
  const locked = Buffer.from(whole);
  locked.write('encv', locked.indexOf('avc1', locked.indexOf('stsd')), 'latin1');
  // Its notes, with a cover, were to be longer than what is there.
  const notes = Buffer.alloc(60_000);
  notes.write('ID3\x03\0\0\0\x0f\0\0', 'latin1');
  const files: readonly [string, Buffer, RegExp][] = [
    ['sound cut off in its beginning', notes, /file_damaged: .*cut off/],
    ['sound of a shop', lockSound(await makeMedia('a.m4a', ...tone(1))), /file_locked: .*\(DRM\)/],
    ['cut off', whole.subarray(0, whole.length / 2), /file_damaged: .*cut off/],
    ['without picture or sound', still, /nothing_to_play: /],
    ['locked', locked, /file_locked: /],
    [
      'a playlist',
      Buffer.from(
        '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n',
      ),
      /unsupported_media: .*list/,
    ],
    [
      'a script',
      Buffer.from("ffconcat version 1.0\nfile '/etc/hostname'\n"),
      /unsupported_media: /,
    ],
  ];
  for (const [what, bytes, words] of files) {
    const { run, info } = await probe(bytes);
    assert.deepEqual([run.state, info], ['cancelled', undefined], what);
    assert.match(`${run.error?.code}: ${run.error?.message}`, words, what);
  }
});

/** As a shop does: nobody else is told what it is, nor how many channels it has. */
function lockSound(bytes: Buffer): Buffer {
  const at = bytes.indexOf('mp4a');
  bytes.write('drms', at, 'latin1');
  bytes.writeUInt16BE(0, at + 20);
  bytes.write('free', bytes.indexOf('esds'), 'latin1');
  return bytes;
}

test('a material that was deleted meanwhile is cancelled, not tried again', async () => {
  const run = await runTwice(store, probeWorker, { payload: { materialId: newId() } });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'material_gone']);
});
