import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { hlsMaterial } from '@lectern/db/jobs/hls';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { addVideo } from '../testing/add-video.ts';
import { formOf } from '../testing/fresh-api.ts';
import { askForHls, askForLinks, freshVideo, listAddresses } from '../testing/fresh-video.ts';
import { tinyVideo } from '../testing/insert-video.ts';
import { ivOf } from '../video/write-playlist.ts';

/** Which parts an address is about, without what opens it. */
function partOf(url: string): string {
  return url.split('?')[0]?.replace(/^.*\/hls\//, '') ?? '';
}

test('a player comes from the first playlist to each segment, and decrypts it with the key', async () => {
  const { video, me, visit, walk } = await freshVideo();
  const addresses = await walk(await askForHls(me, video.materialId));
  assert.ok(addresses.every((url) => url.includes('?link=')));
  const parts = new Map(addresses.map((url) => [partOf(url), url]));
  for (const name of ['180p', '90p']) {
    const segments = [...parts.keys()].filter((part) => part.startsWith(`1/${name}/`));
    assert.deepEqual(
      segments,
      ['0-0', '0-1', '1-0', '1-1'].map((n) => `1/${name}/${n}.ts`),
    );
  }
  const key = await visit(parts.get('1/key') ?? '');
  assert.deepEqual(key.rawPayload, video.key);
  for (const part of ['1/180p/1-1.ts', '1/audio-ru/0-2.ts']) {
    const { rawPayload, headers } = await visit(parts.get(part) ?? '');
    assert.equal(headers['content-type'], 'video/mp2t');
    const [piece, number] = (/(\d+)-(\d+)\.ts/.exec(part) ?? []).slice(1).map(Number);
    const iv = ivOf({ piece: piece ?? 0, number: number ?? 0 });
    const decipher = createDecipheriv('aes-128-cbc', key.rawPayload, iv);
    const plain = Buffer.concat([decipher.update(rawPayload), decipher.final()]);
    assert.equal(plain.length % 188, 0);
    assert.ok(
      plain.every((byte, i) => i % 188 !== 0 || byte === 0x47),
      'packets of MPEG-TS',
    );
  }
});

test('what is whole says how many bits it takes, as measured', async () => {
  const { video, me, master, visit, walk } = await freshVideo();
  const addresses = await walk(await askForHls(me, video.materialId));
  const { body } = await me.call('GET', master);
  const bits: number[] = [];
  for (const url of addresses.filter((one) => partOf(one).startsWith('1/180p/'))) {
    bits.push(((await visit(url)).rawPayload.length * 8) / 4);
  }
  const sounds = [...body.matchAll(/BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+),CODECS="mp4a/g)];
  const [peak = 0, average = 0] = (sounds[0] ?? []).slice(1).map(Number);
  const most = Math.ceil(Math.max(...bits)) + peak;
  const mean = Math.ceil(bits.reduce((sum, one) => sum + one, 0) / bits.length) + average;
  assert.ok(
    body.includes(
      `BANDWIDTH=${most},AVERAGE-BANDWIDTH=${mean},CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,AUDIO="sound"`,
    ),
    body,
  );
  assert.ok(peak >= average && average > 50_000);
});

test('a video plays while it is made, and names only pieces that nothing is missing before', async () => {
  const { video, me, master, store } = await freshVideo({ isWhole: false });
  const notYet = await me.call('GET', master);
  assert.deepEqual([notYet.statusCode, notYet.json().code], [409, 'material_not_ready']);
  assert.equal((await askForLinks(me, video.materialId)).hls, null);

  await video.endPiece(1);
  assert.equal((await me.call('GET', master)).statusCode, 409, 'the beginning is missing');

  await video.endPiece(0);
  const { body } = await me.call('GET', master);
  // As planned, for nobody knows what is to come.
  assert.match(body, /BANDWIDTH=1800000,AVERAGE-BANDWIDTH=1400000,CODECS="avc1.4d401e,mp4a.40.2"/);
  // And more than that where what is there takes more: no player is to be promised too much.
  await store.postgres
    .updateTable('video_renditions')
    .set({ bandwidth: 9, average_bandwidth: 5 })
    .execute();
  const [, most, mean] =
    /BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+),/.exec((await me.call('GET', master)).body) ?? [];
  assert.ok(Number(most) >= Number(mean) && Number(mean) > 10_000, `${most}, ${mean}`);
  const url = listAddresses(body, master).find((one) => one.includes('/180p.m3u8')) ?? '';
  const growing = await me.call('GET', url);
  assert.deepEqual(growing.body.match(/\d-\d\.ts/g), ['0-0.ts', '0-1.ts', '1-0.ts', '1-1.ts']);
  assert.match(growing.body, /PLAYLIST-TYPE:EVENT/);
  assert.ok(!growing.body.includes('ENDLIST'));

  // Whoever makes it has given up: players need not wait for the rest.
  const runId = await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, hlsMaterial, { materialId: video.materialId }));
  await store.postgres.updateTable('videos').set({ run_id: runId }).execute();
  assert.ok(!(await me.call('GET', url)).body.includes('ENDLIST'));
  await store.postgres.updateTable('runs').set({ state: 'failed' }).execute();
  assert.match((await me.call('GET', url)).body, /PLAYLIST-TYPE:EVENT[^]*ENDLIST\n$/);

  await video.reopenPiece(0);
  assert.equal((await me.call('GET', master)).statusCode, 409);
  await video.end();
  const whole = await me.call('GET', url);
  assert.match(whole.body, /PLAYLIST-TYPE:VOD[^]*ENDLIST\n$/);
  const links = await askForLinks(me, video.materialId);
  assert.deepEqual([links.isWhole, links.duration], [true, 16]);
});

test('a silent video and sound without a picture are played as well', async () => {
  const silent = await freshVideo({ only: 'video' });
  const first = await silent.me.call('GET', silent.master);
  assert.ok(!first.body.includes('audio') && first.body.includes('180p.m3u8'));
  const { materialId } = await addVideo(
    silent.store,
    { courseId: silent.courseId, ownerId: silent.me.userId },
    { only: 'audio' },
  );
  const addresses = await silent.walk(await askForHls(silent.me, materialId));
  assert.ok(addresses.some((url) => partOf(url) === '1/audio-en/0-0.ts'));
  assert.ok(addresses.some((url) => partOf(url) === '1/audio-ru/0-0.ts'));
});

test('what was made in an earlier round is gone, whoever still names it', async () => {
  const { video, me, store, visit, walk } = await freshVideo({ made: tinyVideo });
  const addresses = await walk(await askForHls(me, video.materialId));
  await store.postgres.updateTable('videos').set({ round: 2 }).execute();
  for (const url of addresses) {
    const { statusCode } = await visit(url);
    assert.equal(statusCode, partOf(url) === 'master.m3u8' ? 409 : 404, url);
  }
});

test('playlists are kept by nobody without asking, keys by nobody, segments by everybody', async () => {
  const env = { CORS_ORIGINS: 'https://courses.example.org' };
  const { video, me, visit, walk } = await freshVideo({ made: tinyVideo }, env);
  const addresses = await walk(await askForHls(me, video.materialId));
  const headersOf = async (part: string, origin?: string) => {
    const url = addresses.find((one) => partOf(one) === part) ?? part;
    return (await visit(url, origin === undefined ? {} : { origin })).headers;
  };
  const origin = 'https://courses.example.org';
  for (const part of ['master.m3u8', '1/90p.m3u8']) {
    const headers = await headersOf(part, origin);
    assert.equal(headers['content-type'], 'application/vnd.apple.mpegurl');
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.equal(headers['vary'], 'Origin, Accept-Encoding');
  }
  const key = await headersOf('1/key', origin);
  assert.equal(key['cache-control'], 'no-store');
  assert.equal(key['access-control-allow-origin'], origin);
  const segment = await headersOf('1/90p/0-0.ts', origin);
  assert.equal(segment['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(segment['access-control-allow-origin'], origin);
  assert.equal(segment['vary'], 'Origin');
  // Safari's own player belongs to no page.
  assert.equal((await headersOf('1/key'))['cross-origin-resource-policy'], 'cross-origin');
  const elsewhere = await headersOf('1/90p/0-0.ts', 'https://elsewhere.example.org');
  assert.equal(elsewhere['access-control-allow-origin'], undefined);
});

test('a playlist that has not grown is not sent again, and a long one is packed', async () => {
  const { video, me, visit } = await freshVideo();
  const hls = await askForHls(me, video.materialId);
  const url = listAddresses((await visit(hls)).body, hls).find((one) => one.includes('180p')) ?? '';
  const plain = await visit(url);
  const same = { 'if-none-match': String(plain.headers.etag) };
  assert.equal((await visit(url, same)).statusCode, 304);
  await video.reopenPiece(1);
  assert.equal((await visit(url, same)).statusCode, 200);
  await video.endPiece(1);
  const packed = await visit(url, { 'accept-encoding': 'br, gzip' });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
  const refused = await visit(url, { 'accept-encoding': 'gzip;q=0' });
  assert.equal(refused.headers['content-encoding'], undefined);
});

test('a part of a segment is sent as such', async () => {
  const { video, me, visit, walk } = await freshVideo();
  const addresses = await walk(await askForHls(me, video.materialId));
  const url = addresses.find((one) => one.includes('.ts')) ?? '';
  const whole = await visit(url);
  const part = await visit(url, { range: 'bytes=16-47' });
  assert.equal(part.statusCode, 206);
  assert.deepEqual(part.rawPayload, whole.rawPayload.subarray(16, 48));
});

test('a text is no video, and a video that could not be made says so', async () => {
  const { me, courseId, store } = await freshVideo({ made: tinyVideo });
  const form = formOf([{ name: 'note.txt', content: 'twelve bytes' }]);
  const upload = await me.call('POST', `/v1/courses/${courseId}/materials`, form);
  const { id }: { id: string } = upload.json().items[0];
  for (const path of ['hls/master.m3u8', 'playback', 'storyboard.vtt', 'hls/1/key']) {
    assert.equal((await me.call('GET', `/v1/materials/${id}/${path}`)).statusCode, 404, path);
  }
  await store.postgres
    .updateTable('materials')
    .set({ kind: 'video' })
    .where('id', '=', id)
    .execute();
  const answer = await me.call('GET', `/v1/materials/${id}/hls/master.m3u8`);
  assert.equal(answer.json().code, 'material_not_ready');
});
