import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { makeMedia, picture, tone } from '../testing/make-media.ts';
import { joinRendition, makeVideo } from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const seconds = 22;
const x264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p';

const recordings: readonly (readonly [string, string])[] = [
  ['a.mkv', `${x264} -g 300 -output_ts_offset 5`],
  ['b.mkv', `${x264} -b:v 400k -keyint_min 50 -g 50 -output_ts_offset 100`],
  ['c.mkv', '-c:v mpeg4 -q:v 5 -g 15 -output_ts_offset 5'],
  ['d.mp4', `${x264} -g 300 -output_ts_offset 5`],
  ['e.mp4', `${x264} -b:v 400k -bf 2 -keyint_min 50 -g 50 -output_ts_offset 5`],
  ['f.mkv', `-c:v mjpeg -q:v 5 -output_ts_offset 0.5`],
];

for (const [name, how] of recordings) {
  test(`a recording whose times begin late is streamed as one that begins at once: ${how}`, async () => {
    const drawn = [...picture({ seconds, size: '320x240' }), ...tone(seconds)];
    const { id, run } = await makeVideo(store, await makeMedia(name, ...drawn, ...options(how)));
    assert.deepEqual([run.state, run.error], ['done', null]);
    const { duration_ms: durationMs } = await store.postgres
      .selectFrom('materials')
      .select('duration_ms')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.ok(Math.abs((durationMs ?? 0) / 1_000 - seconds) < 0.2, `${durationMs} ms`);
    await using joined = await joinRendition(store, id, '240p');
    // Every picture is another one: none stands still, none is lost.
    const shown = await hashFrames(joined.path);
    assert.ok(Math.abs(shown.length - seconds * 25) <= 1, `${shown.length} frames`);
    assert.ok(new Set(shown).size >= seconds * 25 - 2, `${new Set(shown).size} different ones`);
  });
}

async function hashFrames(path: string): Promise<string[]> {
  const args = ['-v', 'error', '-i', path, '-map', '0:v', '-fps_mode', 'passthrough'];
  const { stdout } = await promisify(execFile)('ffmpeg', [...args, '-f', 'framemd5', '-']);
  const rows = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return rows.map((line) => line.split(',').at(-1)?.trim() ?? '');
}
