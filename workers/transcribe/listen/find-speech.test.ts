import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOf, mix, noise, silence, speak, tone } from '../../testing/speak.ts';
import { findSpeech } from './find-speech.ts';
import { measureFrames } from './measure-frames.ts';

const { signal } = new AbortController();

async function listen(pcm: Buffer) {
  // In pieces that cut through samples.
  async function* bytes() {
    for (let at = 0; at < pcm.length; at += 4_097) yield pcm.subarray(at, at + 4_097);
  }
  return findSpeech(await measureFrames(bytes(), signal));
}

const first = await speak('The moon pulls at the sea.');
const second = await speak('Six sisters wash their shirts.');

/** Two sentences with a pause of two seconds between them, after one second. */
const said = Buffer.concat([silence(1_000), first, silence(2_000), second, silence(1_000)]);
const secondAtMs = 3_000 + durationOf(first);

function assertTwo(spans: readonly { startMs: number; endMs: number }[]) {
  assert.equal(spans.length, 2, JSON.stringify(spans));
  const [one, two] = spans;
  assert.ok(one !== undefined && two !== undefined);
  assert.ok(one.startMs >= 600 && one.startMs <= 1_250, `it begins at ${one.startMs}`);
  assert.ok(Math.abs(one.endMs - (1_000 + durationOf(first))) < 450, `it ends at ${one.endMs}`);
  assert.ok(Math.abs(two.startMs - secondAtMs) < 450, `the second begins at ${two.startMs}`);
  assert.ok(two.endMs <= durationOf(said));
}

test('speech is found with its pauses', async () => {
  assertTwo(await listen(said));
});

test('it is found as well in the noise of a room, in hum, and when it is quiet', async () => {
  const ms = durationOf(said);
  assertTwo(await listen(mix(said, noise(ms, 500))));
  assertTwo(await listen(mix(said, tone(ms, 50, 6_000))));
  const quiet = Buffer.from(said);
  for (let at = 0; at < quiet.length; at += 2) {
    quiet.writeInt16LE(Math.round(quiet.readInt16LE(at) / 20), at);
  }
  assertTwo(await listen(quiet));
});

test('a fan that is switched on is no speech, and what is said over it is', async () => {
  const fan = Buffer.concat([silence(20_000), noise(60_000, 1_500)]);
  assert.ok(
    (await listen(fan)).every(({ endMs }) => endMs < 25_000),
    'only its beginning stands out',
  );
  const spoken = mix(fan, Buffer.concat([silence(60_000), first]));
  const last = (await listen(spoken)).at(-1);
  assert.ok(last !== undefined && Math.abs(last.startMs - 60_000) < 500, JSON.stringify(last));
});

test('silence, noise and hum alone have no speech in them', async () => {
  assert.deepEqual(await listen(silence(10_000)), []);
  assert.deepEqual(await listen(noise(10_000, 2_000)), []);
  assert.deepEqual(await listen(tone(10_000, 100, 8_000)), []);
  assert.deepEqual(await listen(Buffer.alloc(0)), []);
});
