import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { software } from './encoders.ts';
import { convertPicture } from '../hls/convert-picture.ts';
import { planFirstPiece } from '../hls/plan-cuts.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { h264, makeMedia, picture, tone } from '../testing/make-media.ts';
import { mediaExtraction, mediaPieces } from './engines.ts';
import { options } from './options.ts';
import { probeMedia } from './probe-media.ts';
import { safeDecoding } from './safe-input.ts';

const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'lectern-media-'));
after(() => rm(folder, { recursive: true, force: true }));

let asked = 0;
const server = createServer((_request, response) => {
  asked++;
  response.end();
});
after(() => server.close());

let secret = '';
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  secret = join(folder, 'secret.mp4');
  await writeFile(secret, await makeMedia('s.mp4', ...picture({ seconds: 1 }), ...h264));
});

function addresses(): string[] {
  const address = server.address();
  assert.ok(address !== null && typeof address !== 'string');
  const web = `http://127.0.0.1:${address.port}/a.ts`;
  return [web, `file://${secret}`, secret, `concat:${secret}|${secret}`, `crypto+${web}`];
}

/** Files that lead to others, as ffmpeg knows them. */
const lists = (address: string): Record<string, string> => ({
  playlist: `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${address}\n#EXT-X-ENDLIST\n`,
  script: `ffconcat version 1.0\nfile '${address}'\n`,
  manifest: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>${address}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  description: `v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=${address}\n`,
});

test('a file that leads to others is refused: nothing is read, nothing is fetched', async () => {
  const path = join(folder, 'list.mp4');
  for (const address of addresses()) {
    for (const [what, text] of Object.entries(lists(address))) {
      await writeFile(path, text);
      await assert.rejects(probeMedia(path, { signal }), { name: 'Cancel' }, `${what} ${address}`);
      const ask = {
        input: safeDecoding,
        outputs: [{ name: 'a.ts', options: options('-map 0 -c copy -f mpegts') }],
      };
      await assert.rejects(drain(mediaExtraction, path, ask), { name: 'Cancel' }, what);
    }
  }
  assert.equal(asked, 0);
});

async function drain(engine: typeof mediaPieces, path: string, ask: unknown): Promise<void> {
  await using reading = await openReading(engine, { source: { path }, signal, ask });
  for await (const _segment of reading.messages);
}

test('a movie that says that its pictures lie in another file has none', async () => {
  const bytes = Buffer.from(await makeMedia('a.mov', ...picture({ seconds: 1 }), ...h264));
  // The entry says that the data is elsewhere, by no longer saying that it is here.
  const at = bytes.indexOf(Buffer.from('url '));
  assert.ok(at > 0);
  bytes.writeUInt32BE(0, at + 4);
  const path = join(folder, 'elsewhere.mov');
  await writeFile(path, bytes);
  // Its own data is read all the same; no other file is looked for.
  const info = await probeMedia(path, { signal });
  assert.equal(info.picture?.codec, 'h264');
});

test('a recording made to keep the reader busy is ended, and its owner is told', async () => {
  const path = join(folder, 'busy.mkv');
  const bytes = await makeMedia('a.mkv', ...picture({ seconds: 20, size: '640x360' }), ...h264);
  await writeFile(path, bytes);
  const info = await probeMedia(path, { signal });
  assert.ok(info.picture);
  const ask = convertPicture({
    picture: info.picture,
    startS: 0,
    plan: {
      frameRate: [25, 1],
      renditions: [{ name: 'x', width: 640, height: 360, peak: 1e6, level: 31, isCopied: false }],
      isCopied: false,
      isComplete: false,
      seeksEarly: false,
    },
    piece: planFirstPiece([25, 1]),
    encoder: software,
    isUrgent: false,
    threads: 1,
  });
  const slow = { ...mediaPieces, name: 'slow', limits: { ...mediaPieces.limits, deadlineMs: 50 } };
  await assert.rejects(drain(slow, path, ask), { name: 'Cancel', code: 'takes_too_long' });
});

test('a hundred streams are refused', async () => {
  const path = join(folder, 'many.mkv');
  const maps = Array.from({ length: 101 }, () => options('-map 0:a')).flat();
  await writeFile(path, await makeMedia('a.mkv', ...tone(0.1), ...maps, ...options('-c:a pcm_u8')));
  await assert.rejects(probeMedia(path, { signal }), { name: 'Cancel', code: 'too_many_streams' });
});
