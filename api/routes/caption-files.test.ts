import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replacePages } from '@lectern/db/postgres/pages';
import { toPages } from '@lectern/db/captions/to-pages';
import { freshRecording, heard } from '../testing/fresh-recording.ts';

test('captions are downloaded as WebVTT, SubRip and text, and a draft says so where it can', async () => {
  const { url, me, write } = await freshRecording();
  await write();
  const read = async (ending: string) => {
    const answer = await me.call('GET', `${url}.${ending}`);
    assert.equal(answer.statusCode, 200, answer.body);
    const { 'content-type': type, 'content-disposition': disposition } = answer.headers;
    assert.equal(answer.headers['lectern-draft'], 'true');
    return { type, disposition, text: answer.body };
  };
  const vtt = await read('vtt');
  assert.match(
    vtt.text,
    /^WEBVTT\n\nNOTE A rough draft.*\n\n1\n00:00:01\.000 --> 00:00:02\.500\nThe/,
  );
  assert.match(vtt.text, /The sea &lt;follows&gt;\.\n$/);
  assert.equal(vtt.type, 'text/vtt; charset=utf-8');
  assert.match(String(vtt.disposition), /Tides%201%20%28rough%20draft%29\.en\.vtt$/);
  const srt = await read('srt');
  assert.equal(srt.type, 'application/x-subrip; charset=utf-8');
  assert.match(srt.text, /^1\n00:00:01,000 --> 00:00:02,500\nThe moon pulls\.\n\n2\n/);
  const txt = await read('txt');
  assert.equal(txt.type, 'text/plain; charset=utf-8');
  assert.equal(txt.text, 'The moon pulls. The sea <follows>.\n', 'nothing that nobody said');
});

test('a file is sent again only when it has changed, and opens by a link without a header', async () => {
  const { app, id, url, me, write } = await freshRecording();
  await write();
  const first = await me.call('GET', `${url}.vtt`);
  const headers = { 'if-none-match': String(first.headers.etag) };
  assert.equal((await me.call('GET', `${url}.vtt`, { headers })).statusCode, 304);
  await write();
  assert.equal((await me.call('GET', `${url}.vtt`, { headers })).statusCode, 200);

  const { original } = (await me.call('GET', `/v1/materials/${id}/playback`)).json();
  const { searchParams } = new URL(original, 'http://localhost');
  const linked = `${url}.vtt?link=${encodeURIComponent(searchParams.get('link') ?? '')}`;
  assert.equal((await app.inject(linked)).statusCode, 200);
  assert.equal((await app.inject(`${url}.vtt`)).statusCode, 401);
});

test('the text of a draft says so too', async () => {
  const { id, me, write, store } = await freshRecording();
  await write();
  await store.postgres.transaction().execute((tx) => replacePages(tx, id, toPages(heard)));
  const url = `/v1/materials/${id}/text`;
  const plain = await me.call('GET', url);
  assert.equal(plain.body, 'The moon pulls. The sea <follows>.', 'nothing that nobody said');
  assert.equal(plain.headers['lectern-draft'], 'true');
  const json = await me.call('GET', url, { headers: { accept: 'application/json' } });
  assert.deepEqual(json.json(), {
    isDraft: true,
    pieces: [
      {
        text: 'The moon pulls. The sea <follows>.',
        place: { startTime: 1, endTime: 4 },
      },
    ],
  });
});
