import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { freshApi } from '../testing/fresh-api.ts';
import { addEdge, addNode, freshSnapshots, richText } from '../testing/fresh-snapshots.ts';

const api = await freshApi();
const { postgres } = api.store;

test('a snapshot keeps the graph as it is at that moment, live edits included', async () => {
  const { owner, courseId, url, edit, read, readGraph } = await freshSnapshots(api);
  await edit(addNode('a', { content: richText('Words.') }), addNode('b'), addEdge('e', 'a', 'b'));
  const { version, nodes, edges } = await readGraph();
  const answer = await owner.call('POST', `${url}/snapshots`, {
    body: { message: '  Before the holidays\n' },
  });
  assert.equal(answer.statusCode, 201, answer.body);
  const { id, createdAt, ...shown } = answer.json();
  assert.equal(answer.headers.location, `${url}/snapshots/${id}`);
  assert.match(createdAt, /^\d{4}-.*Z$/);
  const expected = {
    courseId,
    version,
    kind: 'manual',
    message: 'Before the holidays',
    nodes: 2,
    edges: 1,
    createdBy: { id: owner.userId, name: 'user' },
  };
  assert.deepEqual(shown, expected);
  await edit({ op: 'node.remove', id: 'a' });
  assert.deepEqual(await read(id), { id, createdAt, ...expected, graph: { nodes, edges } });
  const row = await postgres
    .selectFrom('course_snapshots')
    .select(['course_id', 'version', 'kind', 'message', 'graph', 'created_by'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(row, {
    course_id: courseId,
    version,
    kind: 'manual',
    message: 'Before the holidays',
    graph: { nodes, edges },
    created_by: owner.userId,
  });
});

test('a course that nobody has written in can be kept too', async () => {
  const { keep, read } = await freshSnapshots(api);
  const { id, version, nodes, edges } = await keep();
  assert.deepEqual([version, nodes, edges], [0, 0, 0]);
  assert.deepEqual((await read(id)).graph, { nodes: [], edges: [] });
});

test('snapshots are listed newest first, without graphs, page after page', async () => {
  const { keep, list } = await freshSnapshots(api);
  for (const message of ['one', 'two', 'three', 'four', 'five']) await keep(message);
  const first = await list('?limit=2');
  await keep('six');
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  const third = await list(`?limit=2&cursor=${second.nextCursor}`);
  const messages = [first, second, third].map(({ items }) => items.map((item) => item.message));
  assert.deepEqual(messages, [['five', 'four'], ['three', 'two'], ['one']]);
  assert.equal(third.nextCursor, null);
  assert.ok(first.items.every((item) => !('graph' in item)));
});

test('who made it stays named until the account is gone', async () => {
  const { keep, list, addMember, url } = await freshSnapshots(api);
  await keep();
  const editor = await addMember('editor');
  await editor.call('POST', `${url}/snapshots`, { body: { message: 'By another' } });
  await postgres.deleteFrom('users').where('id', '=', editor.userId).execute();
  const { items } = await list();
  assert.deepEqual(
    items.map(({ createdBy }) => createdBy?.name ?? null),
    [null, 'user'],
  );
});

test('a snapshot that is not there, or is of another course, is not found', async () => {
  const { owner, keep, url } = await freshSnapshots(api);
  const mine = await keep();
  const other = await (await freshSnapshots(api)).keep();
  for (const id of [newId(), other.id]) {
    const asked = [
      await owner.call('GET', `${url}/snapshots/${id}`),
      await owner.call('GET', `${url}/snapshots/${id}/diff`),
      await owner.call('GET', `${url}/snapshots/${mine.id}/diff?against=${id}`),
      await owner.call('POST', `${url}/snapshots/${id}/revert`),
    ];
    for (const answer of asked) {
      assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
      assert.match(answer.json().detail, /snapshot/);
      assert.match(String(answer.headers['content-type']), /problem\+json/);
    }
  }
});

test('what cannot be asked for is refused', async () => {
  const { owner, keep, url } = await freshSnapshots(api);
  for (const body of [{}, { message: '' }, { message: ' ' }, { message: 'x'.repeat(1_001) }]) {
    const answer = await owner.call('POST', `${url}/snapshots`, { body });
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
  }
  const { id } = await keep();
  for (const path of [`?limit=0`, `?cursor=x`, `/${id}/diff?against=x`, `/${id}/diff?with=${id}`]) {
    const answer = await owner.call('GET', `${url}/snapshots${path}`);
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], path);
  }
});

test('whoever only looks at a course keeps and reverts nothing', async () => {
  const { url, keep, edit, readGraph, list, addMember } = await freshSnapshots(api);
  const { id } = await keep();
  await edit(addNode('a'));
  const expected = { commenter: 200, learner: 403 } as const;
  for (const role of ['commenter', 'learner'] as const) {
    const guest = await addMember(role);
    const statuses = [
      await guest.call('GET', `${url}/snapshots/${id}`),
      await guest.call('POST', `${url}/snapshots`, { body: { message: 'Mine' } }),
      await guest.call('POST', `${url}/snapshots/${id}/revert`),
    ].map(({ statusCode }) => statusCode);
    assert.deepEqual(statuses, [expected[role], 403, 403], role);
  }
  assert.equal((await readGraph()).nodes.length, 1);
  assert.equal((await list()).items.length, 1);
});

test('a course keeps two hundred snapshots that people made, also when two come at once', async () => {
  const { owner, courseId, url, keep, list } = await freshSnapshots(api);
  await keep();
  const rows = (kind: 'manual' | 'automatic', count: number) =>
    Array.from({ length: count }, () => ({
      id: newId(),
      course_id: courseId,
      version: 0,
      kind,
      message: 'Filler',
      graph: JSON.stringify({ nodes: [], edges: [] }),
      node_count: 0,
      edge_count: 0,
      created_by: null,
    }));
  const filler = [...rows('manual', 198), ...rows('automatic', 5)];
  await postgres.insertInto('course_snapshots').values(filler).execute();
  const post = () => owner.call('POST', `${url}/snapshots`, { body: { message: 'The last' } });
  const answers = await Promise.all([post(), post()]);
  const [done, refused] = answers.toSorted((a, b) => a.statusCode - b.statusCode);
  assert.equal(done?.statusCode, 201);
  assert.equal(refused?.statusCode, 409);
  const { code, title, detail } = refused?.json() ?? {};
  assert.deepEqual([code, title], ['too_many_snapshots', 'Too many snapshots']);
  assert.match(detail, /200 snapshots/);
  assert.equal((await list('?limit=1')).items[0]?.message, 'The last');
});
