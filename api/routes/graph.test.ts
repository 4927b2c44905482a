import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';

const api = await freshApi();
const port = await listen(api.app);
const me = await api.logIn();

type Node = { id: string; type: string; title: string; position: object; data: object };
type Graph = { version: number; nodes: Node[]; edges: object[] };

async function freshGraph() {
  const courseId = await makeCourse(me);
  const url = `/v1/courses/${courseId}`;
  const edit = async (ops: readonly object[], baseVersion?: number) => {
    const body = { ops, ...(baseVersion !== undefined && { baseVersion }) };
    const answer = await me.call('POST', `${url}/edits`, { body });
    return { status: answer.statusCode, ...answer.json<Edited>() };
  };
  const read = async () => (await me.call('GET', `${url}/graph`)).json<Graph>();
  return { courseId, url, edit, read };
}

type Edited = {
  version: number;
  applied: string[];
  code?: string;
  errors?: { path: string }[];
  conflicts?: { id: string; field: string; current: unknown }[];
};

const node = (id: string, more: object = {}) => ({
  op: 'node.add',
  node: { id, type: 'lesson', title: `Lesson ${id}`, ...more },
});
const edge = (id: string, source: string, target: string, type = 'next') => ({
  op: 'edge.add',
  edge: { id, type, source, target },
});

test('edits of each kind are in the graph at once, and the answer names their ids in order', async () => {
  const { edit, read } = await freshGraph();
  const made = await edit([
    node('a', { position: { x: 1, y: 2 }, data: { text: 'Words' } }),
    { op: 'node.add', node: { type: 'section', title: 'Named by the server' } },
    node('b'),
    edge('e', 'a', 'b'),
  ]);
  assert.equal(made.status, 200);
  const [first, second, ...rest] = made.applied;
  assert.deepEqual([first, rest], ['a', ['b', 'e']]);
  assert.match(second ?? '', /^[0-9a-f-]{36}$/);
  const content = {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hello' }] }],
  };
  const changed = await edit([
    { op: 'node.update', id: 'a', changes: { title: 'Ebb', content } },
    { op: 'node.move', id: 'b', position: { x: -5, y: 0.5 } },
    { op: 'edge.update', id: 'e', changes: { type: 'requires' } },
    { op: 'node.remove', id: second },
  ]);
  assert.equal(changed.version, made.version + 1);
  assert.deepEqual(await read(), {
    version: changed.version,
    nodes: [
      {
        id: 'a',
        type: 'lesson',
        title: 'Ebb',
        position: { x: 1, y: 2 },
        data: { text: 'Words' },
        content,
      },
      { id: 'b', type: 'lesson', title: 'Lesson b', position: { x: -5, y: 0.5 }, data: {} },
    ],
    edges: [{ id: 'e', type: 'requires', source: 'a', target: 'b' }],
  });
});

test('one op that cannot be done keeps all of them from being done', async () => {
  const { edit, read } = await freshGraph();
  await edit([node('a')]);
  const before = await read();
  const wrong: [object, string][] = [
    [node('a'), 'body.ops.1.node.id'],
    [edge('e', 'a', 'nowhere'), 'body.ops.1.edge.target'],
    [edge('e', 'nowhere', 'a'), 'body.ops.1.edge.source'],
    [{ op: 'node.update', id: 'x', changes: { title: 'X' } }, 'body.ops.1.id'],
    [{ op: 'node.move', id: 'x', position: { x: 0, y: 0 } }, 'body.ops.1.id'],
    [{ op: 'node.remove', id: 'x' }, 'body.ops.1.id'],
    [{ op: 'edge.update', id: 'x', changes: { type: 'next' } }, 'body.ops.1.id'],
    [{ op: 'edge.remove', id: 'x' }, 'body.ops.1.id'],
  ];
  for (const [op, path] of wrong) {
    const answer = await edit([node('new'), op]);
    assert.deepEqual([answer.status, answer.code], [422, 'edit_invalid']);
    assert.deepEqual(
      answer.errors?.map((error) => error.path),
      [path],
    );
  }
  for (const op of [
    { op: 'node.paint' },
    node('b', { type: 'banana' }),
    node('c', { colour: 1 }),
  ]) {
    assert.equal((await edit([node('new'), op])).status, 400);
  }
  assert.deepEqual(await read(), before);
});

test('a node takes its edges along when it goes', async () => {
  const { edit, read } = await freshGraph();
  await edit([node('a'), node('b'), node('c'), edge('ab', 'a', 'b'), edge('bc', 'b', 'c')]);
  await edit([{ op: 'node.remove', id: 'b' }]);
  const { nodes, edges } = await read();
  assert.deepEqual([nodes.map(({ id }) => id), edges], [['a', 'c'], []]);
});

test('an edit on an old version is refused where it touches what changed, and merges elsewhere', async () => {
  const { edit, read } = await freshGraph();
  const { version: base } = await edit([node('a'), node('b'), node('c')]);
  await edit([{ op: 'node.update', id: 'a', changes: { title: 'Ebb' } }]);
  await edit([{ op: 'node.remove', id: 'b' }]);
  const title = { op: 'node.update', id: 'a', changes: { title: 'Flood' } };
  const refused = await edit([title], base);
  assert.deepEqual([refused.status, refused.code], [409, 'edit_conflict']);
  assert.deepEqual(
    refused.conflicts?.map(({ id, field, current }) => [id, field, current]),
    [['a', 'title', 'Ebb']],
  );
  const gone = await edit([{ op: 'node.move', id: 'b', position: { x: 1, y: 1 } }], base);
  assert.deepEqual([gone.status, gone.conflicts?.[0]?.current], [409, null]);
  const removal = await edit([{ op: 'node.remove', id: 'a' }], base);
  assert.equal(removal.status, 409);
  assert.equal(
    (await edit([{ op: 'node.move', id: 'a', position: { x: 9, y: 9 } }], base)).status,
    200,
  );
  assert.equal(
    (await edit([{ op: 'node.update', id: 'c', changes: { title: 'C' } }], base)).status,
    200,
  );
  assert.equal((await edit([title])).status, 200);
  const { nodes } = await read();
  assert.deepEqual(
    nodes.map((one) => one.title),
    ['Flood', 'C'],
  );
});

test('of two hundred edits at once none is lost and each has a version of its own', async () => {
  const { edit, read } = await freshGraph();
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => edit([node(`n${i}`)])));
  const versions = answers.map(({ version }) => version).sort((a, b) => a - b);
  assert.deepEqual(
    versions,
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  assert.equal((await read()).nodes.length, 200);
});

test('edits over HTTP arrive at live clients, and live edits are in the graph', async () => {
  const { courseId, edit, read } = await freshGraph();
  const ann = openYjs({ port, courseId, token: me.token });
  const ben = openYjs({ port, courseId, token: me.token });
  await Promise.all([ann.synced(), ben.synced()]);
  await edit([node('a', { data: { minutes: 5 } })]);
  ann.addNode('live');
  await edit([{ op: 'node.update', id: 'a', changes: { title: 'Ebb' } }]);
  await untilEqual(ann.doc, ben.doc);
  const { nodes } = await read();
  assert.deepEqual(
    nodes.map(({ id, title }) => [id, title]),
    [
      ['a', 'Ebb'],
      ['live', 'Lesson live'],
    ],
  );
  assert.deepEqual(ben.nodes.get('a')?.get('data'), { minutes: 5 });
});

test('a graph that did not change is not sent again', async () => {
  const { url, edit } = await freshGraph();
  await edit([node('a')]);
  const first = await me.call('GET', `${url}/graph`);
  const etag = String(first.headers['etag']);
  const headers = { 'if-none-match': etag };
  const same = await me.call('GET', `${url}/graph`, { headers });
  assert.deepEqual([same.statusCode, same.body], [304, '']);
  await edit([node('b')]);
  const next = await me.call('GET', `${url}/graph`, { headers });
  assert.equal(next.statusCode, 200);
  assert.notEqual(next.headers['etag'], etag);
});

test('a course with faults is not published, and each fault says what to do', async () => {
  const { courseId, url, edit } = await freshGraph();
  const quiz = {
    type: 'quiz',
    data: { questions: [{ type: 'single', text: 'Why?', options: [{ text: 'So' }] }] },
  };
  await edit([
    node('empty'),
    node('full', { data: { text: 'Words' } }),
    node('quiz', quiz),
    node('alone', { data: { text: 'Words' } }),
    edge('1', 'empty', 'full'),
    edge('2', 'full', 'quiz'),
    edge('3', 'full', 'empty', 'requires'),
    edge('4', 'empty', 'full', 'requires'),
  ]);
  const refused = await me.call('POST', `${url}/publish`);
  assert.equal(refused.statusCode, 422);
  const problem = refused.json<{
    code: string;
    errors: { code: string; path: string; message: string }[];
  }>();
  assert.equal(problem.code, 'graph_invalid');
  const found = problem.errors.map(({ code, path }) => `${code} ${path}`);
  assert.deepEqual(
    found.toSorted((a, b) => (a < b ? -1 : 1)),
    [
      'lesson_empty nodes.empty',
      'quiz_without_answer nodes.quiz.data.questions.0',
      'requires_cycle edges.3',
      'unreachable_node nodes.alone',
    ],
  );
  const faults = await me.call('GET', `${url}/faults`);
  assert.deepEqual(faults.json<{ items: object[] }>().items, problem.errors);
  const questions = [{ type: 'single', text: 'Why?', options: [{ text: 'So', correct: true }] }];
  await edit([
    { op: 'node.update', id: 'empty', changes: { data: { text: 'Words' } } },
    { op: 'node.update', id: 'quiz', changes: { data: { questions } } },
    { op: 'edge.remove', id: '4' },
    edge('5', 'quiz', 'alone'),
  ]);
  const published = await me.call('POST', `${url}/publish`);
  assert.deepEqual(
    [published.statusCode, published.json<{ status: string }>().status],
    [200, 'published'],
  );
  const again = await me.call('POST', `${url}/publish`);
  assert.equal(again.statusCode, 200);
  const kept = await api.store.postgres
    .selectFrom('course_snapshots')
    .select(['kind', 'node_count'])
    .where('course_id', '=', courseId)
    .execute();
  assert.deepEqual(kept, [{ kind: 'published', node_count: 4 }]);
  const back = await me.call('POST', `${url}/unpublish`);
  assert.equal(back.json<{ status: string }>().status, 'draft');
});
