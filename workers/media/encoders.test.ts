import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { findEncoder, isWorking } from './choose-encoder.ts';
import { encode, hardware, prepareFor, software } from './encoders.ts';

const encoding = { peak: 2_500_000, level: 31, rate: [30, 1], threads: 1 } as const;

test('a machine without hardware for it encodes with its processor', async () => {
  const hasNone = !existsSync('/dev/dri') && !existsSync('/dev/nvidia0');
  const found = await findEncoder('auto');
  if (hasNone && process.platform === 'linux') assert.equal(found, software);
  assert.equal(await findEncoder('software'), software, 'nor does one that is told to');
});

test('the test by which an encoder is chosen passes where one works, and only there', async () => {
  assert.ok(await isWorking(software));
  const nowhere = { name: 'vaapi', deviceOptions: ['-vaapi_device', '/dev/null'] } as const;
  assert.ok(!(await isWorking(nowhere)));
});

test('every encoder makes what playlists promise, with key pictures where they are wanted', () => {
  for (const encoder of [software, ...hardware]) {
    const words = encode(encoder, encoding).join(' ');
    assert.match(words, /-c:v (libx264|h264_\w+)/);
    assert.match(words, /-profile:v high/);
    assert.match(words, /-level:v (3\.1|31)/);
    assert.match(words, /-maxrate 2500000/);
    assert.match(words, /-g 1800/);
  }
  const vaapi = hardware.find(({ name }) => name === 'vaapi');
  assert.deepEqual(vaapi && prepareFor(vaapi), ['format=nv12', 'hwupload']);
});
