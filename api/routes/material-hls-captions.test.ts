import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForHls, askForLinks, freshVideo } from '../testing/fresh-video.ts';
import { addCaptions } from '../testing/insert-video.ts';

test('captions are offered beside the sound, on the clock of the video, once there are some', async () => {
  const { me, video, store, visit, walk } = await freshVideo({ only: 'audio' });
  const { materialId } = video;
  const before = await visit(await askForHls(me, materialId));
  assert.ok(!before.body.includes('SUBTITLES'));

  await addCaptions(store, materialId);
  const hls = await askForHls(me, materialId);
  const { body } = await visit(hls);
  assert.match(
    body,
    /TYPE=SUBTITLES,GROUP-ID="captions",NAME="English \(rough draft\)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="1\/captions\/en\.m3u8\?link=[^"]+"\n/,
  );
  assert.match(body, /#EXT-X-STREAM-INF:.*SUBTITLES="captions"/);
  const addresses = await walk(hls);
  const list = await visit(addresses.find((url) => url.includes('captions/en.m3u8')) ?? '');
  assert.match(
    list.body,
    /PLAYLIST-TYPE:VOD[^]*#EXTINF:16\.000000,\nen\.vtt\?link=.+\n#EXT-X-ENDLIST/,
  );
  const vtt = await visit(addresses.find((url) => url.includes('captions/en.vtt')) ?? '');
  assert.match(String(vtt.headers['content-type']), /^text\/vtt/);
  assert.match(
    vtt.body,
    /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00\.000\n\nNOTE .+\n\n1\n00:00:00\.500 --> 00:00:02\.000\nThe tide &amp; the moon\.\n$/,
  );
  const [file, ...others] = (await askForLinks(me, materialId)).captions;
  assert.deepEqual([file?.name, others], ['English (rough draft)', []]);
  assert.match((await visit(file?.url ?? '')).body, /^WEBVTT\n\nNOTE [^]+The tide/);
});

test('captions that somebody looked at are no draft, and those of another language are not there', async () => {
  const { me, video, store, visit } = await freshVideo({ only: 'audio' });
  await addCaptions(store, video.materialId, { isDraft: false });
  const hls = await askForHls(me, video.materialId);
  const { body } = await visit(hls);
  assert.match(body, /NAME="English",LANGUAGE="en"/);
  const vtt = await visit(hls.replace('master.m3u8', '1/captions/en.vtt'));
  assert.ok(!vtt.body.includes('NOTE'));
  assert.equal((await visit(hls.replace('master.m3u8', '1/captions/ru.vtt'))).statusCode, 404);
  assert.equal((await visit(hls.replace('master.m3u8', '1/captions/ru.m3u8'))).statusCode, 404);
});
