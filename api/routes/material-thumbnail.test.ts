import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';

test('a thumbnail is sent as a JPEG to whoever may see the material, and only once it is there', async () => {
  const { logIn, store } = await freshApi();
  const [me, stranger] = [await logIn(), await logIn()];
  const courseId = await makeCourse(me);
  const form = formOf([{ name: 'note.txt', content: 'twelve bytes' }]);
  const upload = await me.call('POST', `/v1/courses/${courseId}/materials`, form);
  const { id }: { id: string } = upload.json().items[0];
  const url = `/v1/materials/${id}/thumbnail`;
  assert.equal((await me.call('GET', url)).json().code, 'not_found');

  const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
  const key = `materials/${courseId}/${id}/thumbnail.jpg`;
  await store.objects.write(key, Readable.from([picture]));
  const answer = await me.call('GET', url);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'image/jpeg');
  assert.deepEqual(answer.rawPayload, picture);
  const headers = { 'if-none-match': `W/${String(answer.headers.etag)}` };
  assert.equal((await me.call('GET', url, { headers })).statusCode, 304);
  assert.equal((await stranger.call('GET', url)).statusCode, 404);
});
