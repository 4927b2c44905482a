import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForLinks, freshVideo } from '../testing/fresh-video.ts';
import { addStoryboard } from '../testing/insert-video.ts';

test('a player finds the picture of each moment, by links', async () => {
  const { me, video, courseId, store, visit, logIn } = await freshVideo({ only: 'audio' });
  const { materialId } = video;
  assert.equal((await askForLinks(me, materialId)).storyboard, null);
  const path = `/v1/materials/${materialId}/storyboard.vtt`;
  assert.equal((await me.call('GET', path)).statusCode, 404);

  const { sheets } = await addStoryboard(store, { courseId, materialId });
  const { storyboard } = await askForLinks(me, materialId);
  const { body, headers } = await visit(storyboard ?? '');
  assert.match(String(headers['content-type']), /^text\/vtt/);
  const cues = [
    ...body.matchAll(/(\S+) --> (\S+)\n(storyboard\/(\d)\.jpg\?link=\S+)#xywh=(\S+)\n/g),
  ];
  assert.deepEqual(
    cues.map(([, from, to, , sheet, part]) => [from?.slice(-6), to?.slice(-6), sheet, part]),
    [
      ['00.000', '03.000', '0', '0,0,160,90'],
      ['03.000', '06.000', '0', '160,0,160,90'],
      ['06.000', '09.000', '0', '0,90,160,90'],
      ['09.000', '12.000', '0', '160,90,160,90'],
      ['12.000', '15.000', '1', '0,0,160,90'],
      // The last one is shown to the end.
      ['15.000', '16.000', '1', '160,0,160,90'],
    ],
  );
  const sheet = `/v1/materials/${materialId}/${cues[4]?.[3]}`;
  const picture = await visit(sheet);
  assert.equal(picture.headers['content-type'], 'image/jpeg');
  assert.equal(picture.body, sheets[1]);
  assert.equal(picture.headers['cache-control'], 'private, no-cache');
  const same = { 'if-none-match': String(picture.headers.etag) };
  assert.equal((await visit(sheet, same)).statusCode, 304);
  assert.equal((await visit(sheet.replace('/1.jpg', '/2.jpg'))).statusCode, 404);
  assert.equal((await visit(sheet.replace(/\?.*/, ''))).statusCode, 401);
  assert.equal((await (await logIn()).call('GET', path)).statusCode, 404);
});
