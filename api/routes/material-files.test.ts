import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { replacePages } from '@lectern/db/postgres/pages';
import { formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';

async function freshMaterial(name = 'note.txt', content: string | Buffer = 'twelve bytes') {
  const api = await freshApi();
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const upload = await me.call(
    'POST',
    `/v1/courses/${courseId}/materials`,
    formOf([{ name, content }]),
  );
  const { id }: { id: string } = upload.json().items[0];
  return { ...api, me, courseId, id };
}

test('the original comes back as it was sent, whole and in parts', async () => {
  const { me, id } = await freshMaterial('naïve "note".txt');
  const whole = await me.call('GET', `/v1/materials/${id}/original`);
  assert.equal(whole.statusCode, 200);
  assert.equal(whole.body, 'twelve bytes');
  assert.equal(whole.headers['content-length'], '12');
  assert.equal(whole.headers['content-type'], 'text/plain');
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  assert.equal(
    whole.headers['content-disposition'],
    "attachment; filename*=UTF-8''na%C3%AFve%20%22note%22.txt",
  );
  assert.match(String(whole.headers['content-security-policy']), /sandbox/);

  const part = (range: string, headers: Record<string, string> = {}) =>
    me.call('GET', `/v1/materials/${id}/original`, { headers: { range, ...headers } });
  const middle = await part('bytes=7-9');
  assert.equal(middle.statusCode, 206);
  assert.equal(middle.body, 'byt');
  assert.equal(middle.headers['content-range'], 'bytes 7-9/12');
  assert.equal(middle.headers['content-length'], '3');
  assert.equal((await part('bytes=-5')).body, 'bytes');
  assert.equal((await part('bytes=7-')).body, 'bytes');
  const beyond = await part('bytes=12-');
  assert.equal(beyond.statusCode, 416);
  assert.equal(beyond.headers['content-range'], 'bytes */12');
  assert.equal(beyond.json().code, 'range_not_satisfiable');
  assert.equal(beyond.headers['content-disposition'], undefined);
  assert.equal(beyond.headers.etag, undefined);

  const etag = String(whole.headers.etag);
  assert.equal((await part('bytes=0-1', { 'if-range': etag })).statusCode, 206);
  assert.equal((await part('bytes=0-1', { 'if-range': '"older"' })).body, 'twelve bytes');
  for (const known of [etag, `W/${etag}`, '*', `"other", ${etag}`]) {
    const same = await me.call('GET', `/v1/materials/${id}/original`, {
      headers: { 'if-none-match': known },
    });
    assert.equal(same.statusCode, 304, known);
    assert.equal(same.headers.etag, etag);
    // It has no body, and says nothing of one.
    const { 'content-type': type, 'content-length': length } = same.headers;
    assert.deepEqual([same.body, type, length], ['', undefined, undefined]);
  }
  const head = await me.call('HEAD', `/v1/materials/${id}/original`);
  assert.equal(head.headers['content-length'], '12');
  assert.equal(head.body, '');
});

test('the text comes as plain text or in pieces that know their place, in order', async () => {
  const { store, me, id } = await freshMaterial();
  const pages = Array.from({ length: 120 }, (_, i) => ({
    number: i + 1,
    text: `page ${i + 1}`,
    place: { page: i + 1, ...(i === 0 && { heading: 'Ünïcode <b>' }) },
  }));
  await store.postgres.transaction().execute((tx) => replacePages(tx, id, pages));
  const plain = await me.call('GET', `/v1/materials/${id}/text`);
  assert.equal(plain.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(plain.body, pages.map(({ text }) => text).join('\n\n'));
  const json = await me.call('GET', `/v1/materials/${id}/text`, {
    headers: { accept: 'application/json' },
  });
  assert.match(String(json.headers['content-type']), /^application\/json/);
  for (const [accept, type] of [
    ['application/json;q=0, text/plain', 'text/plain'],
    ['text/plain;q=0.5, application/json;q=0.4', 'text/plain'],
    ['text/plain;q=0.4, application/json;q=0.5', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['*/*', 'text/plain'],
    ['text/*', 'text/plain'],
    ['application/*', 'application/json'],
    ['text/plain;q=0, */*', 'application/json'],
    ['application/json-seq', 'text/plain'],
    ['nonsense;;q=', 'text/plain'],
  ] as const) {
    const answer = await me.call('GET', `/v1/materials/${id}/text`, { headers: { accept } });
    assert.equal(answer.headers['content-type'], `${type}; charset=utf-8`, accept);
  }
  assert.deepEqual(json.json(), { pieces: pages.map(({ text, place }) => ({ text, place })) });
});

test('text that is not there yet is not an empty text', async () => {
  const { store, me, id } = await freshMaterial();
  const early = await me.call('GET', `/v1/materials/${id}/text`);
  assert.equal(early.statusCode, 409);
  assert.equal(early.json().code, 'material_not_ready');
  assert.equal(early.headers['retry-after'], '1');

  await store.postgres.updateTable('runs').set({ state: 'cancelled' }).execute();
  const failed = await me.call('GET', `/v1/materials/${id}/text`);
  assert.equal(failed.statusCode, 409);
  assert.equal(failed.headers['retry-after'], undefined);

  await store.postgres.updateTable('runs').set({ state: 'done' }).execute();
  const run = await store.postgres.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  const later = ['material.index', 'material.analyse'].map((job) => ({
    id: newId(),
    job,
    subject: id,
    owner: me.userId,
    payload: '{}',
    line: run.line,
    error: null,
    request_id: null,
    state: 'done' as const,
  }));
  await store.postgres.insertInto('runs').values(later).execute();
  for (const [accept, body] of [
    ['text/plain', ''],
    ['application/json', '{"pieces":[]}'],
  ] as const) {
    const empty = await me.call('GET', `/v1/materials/${id}/text`, { headers: { accept } });
    assert.equal(empty.statusCode, 200);
    assert.equal(empty.body, body);
  }
});

test('a material is seen by those who see its course', async () => {
  const api = await freshMaterial();
  const other = await api.logIn();
  for (const path of ['', '/text', '/original']) {
    const url = `/v1/materials/${api.id}${path}`;
    assert.equal((await other.call('GET', url)).statusCode, 404, path);
    assert.equal((await api.app.inject({ method: 'GET', url })).statusCode, 401, path);
    assert.equal((await api.me.call('GET', url.replace(api.id, newId()))).statusCode, 404, path);
  }
  assert.equal((await other.call('GET', `/v1/courses/${api.courseId}/materials`)).statusCode, 404);
  await api.store.postgres
    .updateTable('courses')
    .set({ visibility: 'public', status: 'published' })
    .execute();
  assert.equal((await other.call('GET', `/v1/materials/${api.id}/original`)).statusCode, 200);
});

const names = (page: { items: { fileName: string }[] }) =>
  page.items.map(({ fileName }) => fileName);

test('materials are listed newest first, by status and kind, and across pages', async () => {
  const { store, me, courseId, id } = await freshMaterial();
  const files = Array.from({ length: 6 }, (_, i) => ({
    name: `${i}.txt`,
    content: `content ${i}`,
  }));
  await me.call('POST', `/v1/courses/${courseId}/materials`, formOf(files));
  await store.postgres
    .updateTable('runs')
    .set({ state: 'cancelled' })
    .where('subject', '=', id)
    .execute();
  const list = async (query: string) =>
    (await me.call('GET', `/v1/courses/${courseId}/materials?${query}`)).json();
  const first = await list('limit=4');
  assert.deepEqual(names(first), ['5.txt', '4.txt', '3.txt', '2.txt']);
  const second = await list(`limit=4&cursor=${first.nextCursor}`);
  assert.deepEqual(names(second), ['1.txt', '0.txt', 'note.txt']);
  assert.equal(second.nextCursor, null);
  assert.deepEqual(names(await list('status=failed&limit=1')), ['note.txt']);
  assert.equal((await list('status=failed&limit=1')).nextCursor, null);
  assert.equal((await list('status=queued&limit=100')).items.length, 6);
  assert.deepEqual(names(await list('kind=video')), []);
  const some = await list('status=queued&limit=6');
  assert.equal(some.items.length, 6);
});

test('a file that could not be fetched is not said to be on its way', async () => {
  const { store, me, courseId } = await freshMaterial();
  const body = { url: 'https://files.nowhere.org/tides.pdf' };
  const { id } = (
    await me.call('POST', `/v1/courses/${courseId}/materials/import`, { body })
  ).json();
  const read = async () => {
    const answer = await me.call('GET', `/v1/materials/${id}/original`);
    const { code, detail } = answer.json();
    return { facts: [answer.statusCode, code, answer.headers['retry-after']], detail };
  };
  assert.deepEqual((await read()).facts, [409, 'material_not_ready', '1']);
  await store.postgres
    .updateTable('runs')
    .set({ state: 'cancelled', error: JSON.stringify({ code: 'host_not_found', message: 'No.' }) })
    .where('subject', '=', id)
    .execute();
  const { facts, detail } = await read();
  assert.deepEqual(facts, [409, 'material_not_ready', undefined]);
  assert.match(detail, /could not be fetched/);
});

test('a file that was lost from the store is named as lost, whole and in parts', async () => {
  const { me, id, store } = await freshMaterial();
  const { object_key: key } = await store.postgres
    .selectFrom('materials')
    .select('object_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await store.objects.remove(key);
  for (const headers of [{}, { range: 'bytes=0-3' }]) {
    const answer = await me.call('GET', `/v1/materials/${id}/original`, { headers });
    assert.deepEqual([answer.statusCode, answer.json().code], [410, 'file_lost']);
    assert.equal(answer.headers['content-disposition'], undefined);
    assert.equal(answer.headers.etag, undefined);
  }
});
