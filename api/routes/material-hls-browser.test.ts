import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import type { AddVideoOptions } from '../testing/add-video.ts';
import { listen } from '../testing/fresh-api.ts';
import { askForHls, freshVideo } from '../testing/fresh-video.ts';
import { addCaptions } from '../testing/insert-video.ts';
import {
  findBrowser,
  type OpenBrowser,
  openBrowser,
  type Playing,
  type Player,
} from '../testing/open-browser.ts';

const executable = findBrowser();
const skip = executable === undefined && 'chromium is not installed';
let browser: OpenBrowser;
before(async () => {
  if (executable !== undefined) browser = await openBrowser(executable);
});
after(() => browser?.close());

/** An encrypted video of 16 seconds, somebody who may see it, and a player on a page of another site. */
async function begin(options: AddVideoOptions = {}) {
  const fresh = await freshVideo(options, { CORS_ORIGINS: browser.origin });
  const learner = await fresh.logIn();
  const members = `/v1/courses/${fresh.courseId}/members`;
  const body = { email: `${learner.userId}@example.org`, role: 'learner' };
  await fresh.me.call('PUT', members, { body });
  const port = await listen(fresh.app);
  const player = await browser.openPlayer();
  const findUrl = async () =>
    `http://127.0.0.1:${port}${await askForHls(learner, fresh.video.materialId)}`;
  const removeLearner = () => fresh.me.call('DELETE', `${members}/${learner.userId}`);
  return { ...fresh, player, findUrl, removeLearner };
}

/** Of the video, or of the player's patience. */
function waitForEnd(player: Player): Promise<Playing> {
  return until('the end', async () => {
    const seen = await player.look();
    return (seen.hasEnded || seen.fatal !== null || seen.error !== null) && seen;
  });
}

const fps = 25;
const durationS = 16;

/** The picture to its last frame, and the sound with it. */
function requireWhole(seen: Playing): void {
  assert.deepEqual([seen.error, seen.fatal, seen.hasEnded], [null, null, true]);
  assert.ok(Math.abs(seen.duration - durationS) < 0.1, `${seen.duration} s`);
  assert.equal(seen.frames, fps * durationS);
  assert.ok(seen.soundBytes > 100_000, `${seen.soundBytes} bytes of sound`);
  // Nothing is missing in between.
  assert.equal(seen.buffered.length, 1, JSON.stringify(seen.buffered));
  assert.deepEqual(
    seen.errors.filter(({ status }) => status !== null),
    [],
  );
}

describe('in a browser', { skip, concurrency: true }, () => {
  test('hls.js plays an encrypted video to the end, with all that it offers', async () => {
    const { player, findUrl, store, video } = await begin();
    await addCaptions(store, video.materialId);
    await player.play(await findUrl(), { rate: 4, captions: true });
    const seen = await waitForEnd(player);
    requireWhole(seen);
    assert.deepEqual(seen.sounds, ['English', 'Русский']);
    assert.deepEqual(seen.heights, [90, 180]);
    // As it is written, which the browser shows as an ampersand.
    assert.deepEqual(seen.cues, [[0.5, 2, 'The tide &amp; the moon.']]);
  });

  test('a player that sends nothing but the address plays it as well', async (context) => {
    const { player, findUrl } = await begin();
    if (!(await player.canPlayHls())) return context.skip('this browser plays no HLS of its own');
    await player.play(await findUrl(), { rate: 4, isNative: true });
    const seen = await waitForEnd(player);
    requireWhole(seen);
  });

  test('a video that is still being made plays from its beginning, and on to its end', async () => {
    const { player, findUrl, video } = await begin({ isWhole: false });
    await video.endPiece(0);
    await player.play(await findUrl(), { rate: 4 });
    const half = await until('what is there', async () => {
      const now = await player.look();
      return now.time > 6 && now;
    });
    assert.equal(half.hasEnded, false);
    assert.equal(half.fatal, null);
    await video.end();
    const seen = await waitForEnd(player);
    requireWhole(seen);
  });

  test('whoever loses the right to see it while it plays sees no more of it', async () => {
    const { player, findUrl, removeLearner } = await begin();
    const littleAhead = { maxBufferLength: 1, maxMaxBufferLength: 1, maxBufferSize: 1 };
    await player.play(await findUrl(), { config: littleAhead });
    await until('it plays', async () => (await player.look()).time > 0.5);
    await removeLearner();
    const seen = await until('it is refused', async () => {
      const now = await player.look();
      return now.errors.some(({ status }) => status === 404) && now;
    });
    assert.equal(seen.hasEnded, false);
    assert.ok((seen.buffered.at(-1)?.[1] ?? 0) < durationS, JSON.stringify(seen.buffered));
  });
});
