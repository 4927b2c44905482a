import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshRecording, heard } from '../testing/fresh-recording.ts';

const sent = heard.map(({ startMs, endMs, text }) => ({
  startTime: startMs / 1_000,
  endTime: endMs / 1_000,
  text,
}));
const [first, second] = sent;
const corrected = [first, { ...second, text: ' The sea follows. \r\n\r\n It always does.' }];

test('captions are read with what they come from, and a draft says so', async () => {
  const { id, url, me, write } = await freshRecording();
  const { updated_at: at } = await write();
  await write('ru', 1);
  const answer = await me.call('GET', url);
  assert.equal(answer.statusCode, 200);
  const { remark, ...captions } = answer.json();
  assert.match(remark, /rough draft/);
  const both = { source: 'speech', isDraft: true };
  assert.deepEqual(captions, {
    materialId: id,
    language: 'en',
    ...both,
    engine: 'pocketsphinx',
    version: 1,
    updatedAt: at.toISOString(),
    languages: [
      { language: 'en', ...both },
      { language: 'ru', ...both },
    ],
    cues: sent,
  });
  const tag = String(answer.headers.etag);
  const again = await me.call('GET', url, { headers: { 'if-none-match': tag } });
  assert.equal(again.statusCode, 304);
  const other = await me.call('GET', `${url}?language=ru`);
  assert.equal(other.json().language, 'ru');
  assert.notEqual(other.headers.etag, tag);
});

test('an author corrects captions: they are no draft any more, and only they are worked on', async () => {
  const { url, me, write, listRuns, store } = await freshRecording();
  await write();
  const tag = String((await me.call('GET', url)).headers.etag);
  const headers = { 'if-match': tag };
  const answer = await me.call('PUT', url, { headers, body: { cues: corrected } });
  assert.equal(answer.statusCode, 200, answer.body);
  const { source, isDraft, engine, version, cues } = answer.json();
  assert.deepEqual([source, isDraft, engine, version], ['edited', false, null, 2]);
  assert.deepEqual(cues[1].text, 'The sea follows.\nIt always does.');
  assert.deepEqual((await me.call('GET', url)).json().cues, cues);
  const runs = await listRuns();
  assert.deepEqual(
    runs.map(({ job, owner }) => [job, owner]),
    [['material.captions', me.userId]],
  );
  const [entry] = await store.postgres
    .selectFrom('audit_log')
    .select(['actor_id', 'before', 'after'])
    .where('action', '=', 'captions.edit')
    .execute();
  assert.deepEqual(entry, {
    actor_id: me.userId,
    before: { language: 'en', version: 1, cues: 2 },
    after: { language: 'en', version: 2, cues: 2 },
  });

  const newTag = String(answer.headers.etag);
  const same = await me.call('PUT', url, { headers: { 'if-match': newTag }, body: { cues } });
  assert.deepEqual([same.statusCode, same.headers.etag], [200, newTag]);
  assert.equal((await listRuns()).length, 1, 'nothing changed, nothing is done');

  const late = await me.call('PUT', url, { headers, body: { cues: [] } });
  assert.deepEqual([late.statusCode, late.json().code], [412, 'version_conflict']);
  assert.deepEqual(late.json().current.cues, cues);
  assert.equal(late.headers.etag, newTag);
});

test('of many who correct the same captions one does it, and the others are told', async () => {
  const { url, me, write, listRuns } = await freshRecording();
  await write();
  const headers = { 'if-match': String((await me.call('GET', url)).headers.etag) };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      me.call('PUT', url, { headers, body: { cues: [{ ...first, text: `Author ${i}` }] } }),
    ),
  );
  const codes = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
  assert.deepEqual(codes, [200, ...Array(7).fill(412)]);
  assert.equal((await listRuns()).length, 1);
});

test('captions that are not in order are refused with all that is wrong', async () => {
  const { url, me, write } = await freshRecording();
  await write();
  const headers = { 'if-match': String((await me.call('GET', url)).headers.etag) };
  const put = (cues: readonly object[]) => me.call('PUT', url, { headers, body: { cues } });
  const wrong = await put([
    { startTime: 5, endTime: 5, text: 'a' },
    { startTime: 1, endTime: 2, text: 'b' },
  ]);
  assert.deepEqual([wrong.statusCode, wrong.json().code], [422, 'captions_invalid']);
  assert.deepEqual(
    wrong.json().errors.map(({ path }: { path: string }) => path),
    ['body.cues.0.endTime', 'body.cues.1.startTime'],
  );
  for (const cue of [
    { startTime: -1, endTime: 2, text: 'a' },
    { startTime: 1, endTime: 1e9, text: 'a' },
    { startTime: 1, endTime: 2, text: ' \n' },
    { startTime: 1, endTime: 2 },
    { startTime: 1, endTime: 2, text: 'x'.repeat(2_001) },
  ]) {
    assert.equal((await put([cue])).statusCode, 400, JSON.stringify(cue).slice(0, 60));
  }
  const missing = await me.call('PUT', url, { body: { cues: [] } });
  assert.deepEqual([missing.statusCode, missing.json().code], [428, 'if_match_missing']);
  assert.deepEqual((await me.call('GET', url)).json().version, 1);
});

test('a cue beyond the end of the recording is refused, unless it is there already', async () => {
  const { id, url, me, write, store } = await freshRecording();
  await store.postgres
    .updateTable('materials')
    .set({ duration_ms: 2_000 })
    .where('id', '=', id)
    .execute();
  await write();
  const tag = async () => String((await me.call('GET', url)).headers.etag);
  const put = async (cues: readonly unknown[]) =>
    me.call('PUT', url, { headers: { 'if-match': await tag() }, body: { cues } });
  const late = await put([first, { startTime: 3.5, endTime: 1_000, text: 'a' }]);
  assert.deepEqual([late.statusCode, late.json().code], [422, 'captions_invalid']);
  assert.deepEqual(
    late.json().errors.map(({ path }: { path: string }) => path),
    ['body.cues.1.endTime'],
  );
  const beyond = await put([first, { startTime: 999, endTime: 1_000, text: 'a' }]);
  assert.deepEqual(
    beyond.json().errors.map(({ path }: { path: string }) => path),
    ['body.cues.1.startTime'],
  );
  // The file tells of less than was heard in it.
  assert.equal((await put([first, { ...second, text: 'The sea.' }])).statusCode, 200);
});

test('a day of cues is taken, though it is more than other bodies may have', async () => {
  const { url, me } = await freshRecording();
  const cues = Array.from({ length: 20_000 }, (_, i) => ({
    startTime: 4 * i,
    endTime: 4 * i + 3,
    text: `This is what was said at second ${4 * i}, and it takes some room.`,
  }));
  const answer = await me.call('PUT', url, { body: { cues } });
  assert.equal(answer.statusCode, 200, answer.body.slice(0, 300));
  assert.equal(answer.json().cues.length, 20_000);
});

test('where nobody could write down what is said its author does, in any language', async () => {
  const { url, me, listRuns } = await freshRecording();
  assert.equal((await me.call('GET', url)).json().code, 'material_not_ready');
  const russian = [{ startTime: 0, endTime: 1, text: 'Луна.' }];
  const answer = await me.call('PUT', `${url}?language=ru`, { body: { cues: russian } });
  assert.equal(answer.statusCode, 200, answer.body);
  const other = await me.call('PUT', `${url}?language=de`, { body: { cues: russian } });
  assert.equal(other.statusCode, 200);
  assert.equal((await me.call('GET', url)).json().language, 'ru');
  assert.equal((await listRuns()).length, 1, 'a translation is not searched');
});

test('captions are made anew when somebody wants it, and not twice at once', async () => {
  const { url, me, write, listRuns, upload } = await freshRecording();
  await write();
  const answer = await me.call('POST', `${url}/regenerate`, { body: { from: 'speech' } });
  assert.equal(answer.statusCode, 202, answer.body);
  const stages: { name: string; status: string }[] = answer.json().stages;
  assert.equal(stages.find(({ name }) => name === 'transcribe')?.status, 'waiting');
  const [run] = await listRuns();
  assert.equal(run?.job, 'material.transcribe');
  assert.deepEqual(Object(run?.payload), {
    materialId: answer.json().id,
    isAnew: true,
    from: 'speech',
  });
  const again = await me.call('POST', `${url}/regenerate`);
  assert.deepEqual([again.statusCode, again.json().code], [409, 'material_busy']);
  assert.equal((await me.call('GET', url)).statusCode, 200, 'the old ones stay until then');

  const note = (await upload([{ name: 'note.txt', content: 'Words.' }])).json().items[0].id;
  for (const [method, path] of [
    ['PUT', 'captions'],
    ['POST', 'captions/regenerate'],
  ] as const) {
    const body = method === 'PUT' ? { cues: [] } : {};
    const refused = await me.call(method, `/v1/materials/${note}/${path}`, { body });
    assert.deepEqual([refused.statusCode, refused.json().code], [422, 'not_a_recording']);
  }
  assert.equal((await me.call('GET', `/v1/materials/${note}/captions`)).statusCode, 404);
});

test('a language is one however it is written, and what is none is refused before anybody meets it', async () => {
  const { id, url, me, write } = await freshRecording();
  await write();
  for (const language of ['EN', 'eng', 'en']) {
    const read = await me.call('GET', `${url}?language=${language}`);
    assert.equal(read.json().language, 'en', language);
    const put = await me.call('PUT', `${url}?language=${language}`, { body: { cues: sent } });
    assert.equal(put.json().code, 'if_match_missing', language);
  }
  for (const language of ['en-12', 'xx-ABCDEFGH-ABCDEFGH']) {
    const put = await me.call('PUT', `${url}?language=${language}`, { body: { cues: sent } });
    assert.deepEqual([put.statusCode, put.json().code], [400, 'invalid_request'], put.body);
    assert.equal(put.json().errors[0].path, 'query.language');
  }
  const portuguese = await me.call('PUT', `${url}?language=PT-br`, { body: { cues: sent } });
  assert.equal(portuguese.json().language, 'pt-BR', portuguese.body);
  assert.equal((await me.call('GET', `/v1/materials/${id}/playback`)).statusCode, 200);
});
