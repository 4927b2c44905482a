import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { options } from '../media/options.ts';
import { makeMedia, picture, tone } from '../testing/make-media.ts';
import { joinRendition, listFrames, listRenditionRows, makeVideo } from '../testing/make-video.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** With pictures that need those after them, which is how nearly all are encoded. */
const good = '-c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p -b:v 400k -keyint_min 50 -g 50';

const draw = (name: string, ...more: readonly string[]) =>
  makeMedia(name, ...picture({ seconds: 22, size: '640x360' }), ...tone(22), ...more);

for (const name of ['a.mp4', 'a.mkv']) {
  test(`a picture that is as we would make it is copied, and the smaller ones are cut where it is: ${name}`, async () => {
    const { id, run } = await makeVideo(store, await draw(name, ...options(good)));
    assert.deepEqual([run.state, run.error], ['done', null]);
    const { plan } = await store.postgres
      .selectFrom('videos')
      .select('plan')
      .where('material_id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual(
      plan?.renditions.map((one) => [one.name, one.isCopied]),
      [
        ['360p', true],
        ['240p', false],
      ],
    );
    const [largest] = await listRenditionRows(store, id);
    assert.match(largest?.codecs ?? '', /^avc1\.(6400|4d40|42c0)/);
    const starts: number[][] = [];
    for (const rendition of ['360p', '240p']) {
      await using joined = await joinRendition(store, id, rendition);
      const frames = await listFrames(joined.path);
      assert.equal(frames.length, 550, rendition);
      const [first] = frames;
      for (const [i, { atS }] of frames.entries()) {
        assert.ok(Math.abs(atS - (first?.atS ?? 0) - i / 25) < 0.002, `frame ${i} at ${atS}`);
      }
      const keys = frames.flatMap(({ atS, isKey }) => (isKey ? atS - 1.4 : []));
      for (const { start_s: startS } of joined.segments) {
        assert.ok(
          keys.some((key) => Math.abs(key - startS) < 0.02),
          `a key picture at ${startS}`,
        );
      }
      starts.push(joined.segments.map(({ start_s: startS }) => startS));
    }
    assert.deepEqual(starts[0], starts[1]);
    assert.deepEqual(
      starts[0]?.map((startS) => Math.round(startS)),
      [0, 4, 8, 12, 16, 20],
    );
  });
}

test('a picture that cannot be cut often enough, or whose groups need each other, is encoded', async () => {
  const rare = options(good.replace('-keyint_min 50 -g 50', '-keyint_min 250 -g 250'));
  const open = [...options(good), ...options('-x264-params open-gop=1 -flags -cgop')];
  for (const [what, args] of Object.entries({ rare, open })) {
    const { id, run } = await makeVideo(store, await draw('a.mkv', ...args));
    assert.equal(run.state, 'done');
    await using joined = await joinRendition(store, id, '360p');
    const frames = await listFrames(joined.path);
    assert.ok(Math.abs(frames.length - 550) <= 1, `${what}: ${frames.length} frames`);
    for (const [i, { atS }] of frames.slice(1).entries()) {
      assert.ok(Math.abs(atS - (frames[i]?.atS ?? 0) - 0.04) < 0.002, `${what}: frame ${i}`);
    }
  }
});

test('a picture that only began as if it could be copied is encoded, all of it', async () => {
  const keys = 'expr:if(lt(t,44),gte(t,n_forced*2),0)';
  const bytes = await makeMedia(
    'a.mp4',
    ...picture({ seconds: 56, size: '96x72', rate: '10' }),
    ...options('-c:v libx264 -preset ultrafast -pix_fmt yuv420p -b:v 100k -g 9999 -sc_threshold 0'),
    ...options(`-force_key_frames ${keys}`),
  );
  const { id, run } = await makeVideo(store, bytes);
  assert.deepEqual([run.state, run.error, run.attempts], ['done', null, 0]);
  const { plan, round } = await store.postgres
    .selectFrom('videos')
    .select(['plan', 'round'])
    .where('material_id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([plan?.isCopied, round], [false, 2]);
  await using joined = await joinRendition(store, id, '72p');
  assert.equal((await listFrames(joined.path)).length, 560);
});
