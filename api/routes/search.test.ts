import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceChunks } from '@lectern/db/postgres/chunks';
import { formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';

async function freshText(text: string) {
  const api = await freshApi();
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const upload = await me.call(
    'POST',
    `/v1/courses/${courseId}/materials`,
    formOf([{ name: 'note.txt', content: text }]),
  );
  const { id }: { id: string } = upload.json().items[0];
  await api.store.postgres
    .transaction()
    .execute((tx) =>
      replaceChunks(tx, { id, courseId }, [
        { text, place: { page: 3, startTime: 1.5, endTime: 2 }, language: 'english' },
      ]),
    );
  const search = (query: Record<string, string>) =>
    me.call('GET', `/v1/search?${new URLSearchParams(query).toString()}`);
  return { ...api, me, courseId, id, search };
}

test('a hit names the material, the place and what was found', async () => {
  const { courseId, id, search } = await freshText('Enzymes speed up reactions.');
  const answer = await search({ q: 'what does an enzyme do', mode: 'hybrid' });
  assert.equal(answer.statusCode, 200);
  const { items, mode, tookMs } = answer.json();
  assert.equal(mode, 'text', 'what was really used');
  assert.ok(Number.isInteger(tookMs) && tookMs >= 0);
  const [{ score, ...item }] = items;
  assert.deepEqual(item, {
    materialId: id,
    courseId,
    title: 'note.txt',
    snippet: '<mark>Enzymes</mark> speed up reactions',
    page: 3,
    startTime: 1.5,
    endTime: 2,
  });
  assert.ok(score > 0 && score <= 1);
  assert.equal((await search({ q: 'enzyme', courseId })).json().items.length, 1);
  assert.equal((await search({ q: 'enzyme', courseId: id })).json().items.length, 0);
});

test('text that looks like markup stays text', async () => {
  const { search } = await freshText(
    'An enzyme <script>alert("1 & 2")</script> <mark>works</mark>',
  );
  const [{ snippet }] = (await search({ q: 'enzyme' })).json().items;
  assert.match(snippet, /<mark>enzyme<\/mark>/);
  assert.equal(snippet.replaceAll('<mark>enzyme</mark>', '').includes('<'), false, snippet);
});

test('a search that says nothing finds nothing, and one that cannot be is refused', async () => {
  const { search } = await freshText('Enzymes speed up reactions.');
  for (const q of ['the', '?', ' ', "'", '🙂']) {
    const answer = await search({ q });
    assert.equal(answer.statusCode, 200, q);
    assert.deepEqual(answer.json().items, []);
  }
  const refused: Record<string, string>[] = [
    {},
    { q: '' },
    { q: 'a'.repeat(10_000) },
    { q: 'x', mode: 'magic' },
    { q: 'x', limit: '0' },
    { q: 'x', limit: '101' },
    { q: 'x', courseId: "1' or '1'='1" },
    { q: 'x', colour: 'red' },
  ];
  for (const query of refused) {
    const answer = await search(query);
    assert.equal(answer.statusCode, 400, JSON.stringify(query).slice(0, 50));
    assert.equal(answer.json().code, 'invalid_request');
  }
});
