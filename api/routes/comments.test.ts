import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { freshComments } from '../testing/fresh-comments.ts';
import { makeCourse } from '../testing/fresh-api.ts';

test('a thread is on a node, an edge or the course, and its replies are where it is', async () => {
  const { commenter, editor, courseId, url, post, listRows } = await freshComments();
  const made = await post(commenter, { body: 'Is this right?\nI doubt it.', nodeId: 'tides/1' });
  const thread = made.json();
  assert.deepEqual([made.statusCode, made.headers.location], [201, `${url}/${thread.id}`]);
  const author = { id: commenter.userId, name: 'user' };
  const { createdAt } = thread;
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
  const open = { mentions: [], editedAt: null, resolvedAt: null, resolvedBy: null };
  assert.deepEqual(thread, {
    ...open,
    id: thread.id,
    courseId,
    parentId: null,
    target: { kind: 'node', id: 'tides/1' },
    author,
    body: 'Is this right?\nI doubt it.',
    createdAt,
    replyCount: 0,
    replies: [],
  });
  const first = (await post(editor, { body: 'It is.', parentId: thread.id })).json();
  const second = (await post(commenter, { body: 'Thanks.', parentId: first.id })).json();
  assert.deepEqual([first.parentId, second.parentId], [thread.id, thread.id]);
  assert.deepEqual([second.target, 'replies' in second], [thread.target, false]);
  const onEdge = (await post(editor, { body: 'Why?', edgeId: 'e1' })).json();
  const onCourse = (await post(editor, { body: 'Good.' })).json();
  assert.deepEqual(onCourse.target, { kind: 'course', id: null });

  const full = { ...thread, replyCount: 2, replies: [first, second] };
  const { items, nextCursor } = (await commenter.call('GET', url)).json();
  assert.deepEqual([items, nextCursor], [[onCourse, onEdge, full], null]);
  assert.deepEqual((await editor.call('GET', `${url}/${thread.id}`)).json(), full);
  assert.deepEqual((await editor.call('GET', `${url}/${second.id}`)).json(), second);
  const rows = (await listRows()).map((row) => [row.id, row.parent_id, row.target_id]);
  assert.deepEqual(rows, [
    [thread.id, null, 'tides/1'],
    [first.id, thread.id, 'tides/1'],
    [second.id, thread.id, 'tides/1'],
    [onEdge.id, null, 'e1'],
    [onCourse.id, null, null],
  ]);
});

test('threads are found by what they are on and by whether they are resolved', async () => {
  const { owner, url, say, change } = await freshComments();
  const onNode = await say(owner, { nodeId: 'a' });
  const onOther = await say(owner, { nodeId: 'b' });
  const onEdge = await say(owner, { edgeId: 'a' });
  const onCourse = await say(owner, {});
  await change(owner, onNode, { resolved: true });
  await say(owner, { nodeId: 'a', parentId: onNode });
  const find = async (query: string) => {
    const { items } = (await owner.call('GET', `${url}?${query}`)).json();
    return items.map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await find(''), [onCourse, onEdge, onOther, onNode]);
  assert.deepEqual(await find('nodeId=a'), [onNode]);
  assert.deepEqual(await find('edgeId=a'), [onEdge]);
  assert.deepEqual(await find('target=course'), [onCourse]);
  assert.deepEqual(await find('nodeId=nowhere'), []);
  assert.deepEqual(await find('resolved=true'), [onNode]);
  assert.deepEqual(await find('resolved=false&nodeId=a'), []);
  assert.deepEqual(await find('resolved=false'), [onCourse, onEdge, onOther]);
});

test('pages of threads and of replies follow each other', async () => {
  const { owner, url, say } = await freshComments();
  const [threads, replies]: [string[], string[]] = [[], []];
  for (let i = 0; i < 5; i++) threads.push(await say(owner, {}));
  const [threadId = ''] = threads;
  for (let i = 0; i < 23; i++) replies.push(await say(owner, { parentId: threadId }));
  const readPages = async (query: string) => {
    const pages: string[][] = [];
    for (let cursor = ''; ;) {
      const { items, nextCursor } = (await owner.call('GET', `${url}?${query}${cursor}`)).json();
      pages.push(items.map(({ id }: { id: string }) => id));
      if (nextCursor === null) return pages;
      cursor = `&cursor=${nextCursor}`;
    }
  };
  const newest = threads.toReversed();
  const pages = [newest.slice(0, 2), newest.slice(2, 4), newest.slice(4)];
  assert.deepEqual(await readPages('limit=2'), pages);
  const { replyCount, replies: shown } = (await owner.call('GET', `${url}/${threadId}`)).json();
  assert.equal(replyCount, 23);
  const shownIds = shown.map(({ id }: { id: string }) => id);
  assert.deepEqual(shownIds, replies.slice(0, 20));
  const all = [replies.slice(0, 15), replies.slice(15)];
  assert.deepEqual(await readPages(`limit=15&threadId=${threadId}`), all);
});

test('the same comment with the same key is there once', async () => {
  const { commenter, post, listRows } = await freshComments();
  const key = { 'idempotency-key': newId() };
  const [one, two] = [
    await post(commenter, { body: 'Once.' }, key),
    await post(commenter, { body: 'Once.' }, key),
  ];
  assert.deepEqual(
    [two.statusCode, two.json(), two.headers.location],
    [201, one.json(), one.headers.location],
  );
  assert.deepEqual(
    (await listRows()).map(({ id }) => id),
    [one.json().id],
  );
});

test('what cannot be a comment is refused, names its field and leaves nothing', async () => {
  const { owner, url, post, say, change, listRows } = await freshComments();
  const foreignUrl = `/v1/courses/${await makeCourse(owner)}/comments`;
  const foreign = (await owner.call('POST', foreignUrl, { body: { body: 'There.' } })).json().id;
  const thread = await say(owner, { nodeId: 'a' });
  const reply = await say(owner, { parentId: thread });
  const before = await listRows();
  const many = Array.from({ length: 30 }, () => newId());
  const named = Array.from({ length: 30 }, () => `@[A](${newId()})`).join('');
  for (const [status, path, body] of [
    [400, 'body.body', {}],
    [400, 'body.body', { body: '' }],
    [400, 'body.body', { body: ' \n\u200b' }],
    [400, 'body.body', { body: 'x'.repeat(10_001) }],
    [400, 'body.edgeId', { body: 'x', nodeId: 'a', edgeId: 'b' }],
    [400, 'body.nodeId', { body: 'x', nodeId: '' }],
    [400, 'body.nodeId', { body: 'x', nodeId: 'x'.repeat(201) }],
    [400, 'body.edgeId', { body: 'x', edgeId: 'a', parentId: thread }],
    [400, 'body.nodeId', { body: 'x', nodeId: 'b', parentId: reply }],
    [400, 'body.parentId', { body: 'x', parentId: 'thread' }],
    [400, 'body.target', { body: 'x', target: 'course' }],
    [400, 'body.body', { body: named, mentions: many }],
    [422, 'body.parentId', { body: 'x', parentId: foreign }],
    [422, 'body.parentId', { body: 'x', parentId: newId() }],
  ] as const) {
    const answer = await post(owner, body);
    const { code, errors } = answer.json();
    const expected = status === 400 ? 'invalid_request' : 'parent_unknown';
    assert.deepEqual([answer.statusCode, code], [status, expected], JSON.stringify(body));
    assert.equal(errors[0].path, path);
  }
  for (const [path, body] of [
    ['body.body', { body: '' }],
    ['body.resolved', { resolved: 'yes' }],
    ['body.resolved', { resolved: true }],
    ['body.nodeId', { nodeId: 'b' }],
  ] as const) {
    const answer = await change(owner, reply, body);
    assert.deepEqual([answer.statusCode, answer.json().errors[0].path], [400, path]);
  }
  for (const query of ['nodeId=a&edgeId=b', `target=course&threadId=${thread}`, 'resolved=1']) {
    assert.equal((await owner.call('GET', `${url}?${query}`)).statusCode, 400, query);
  }
  for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
    const options = method === 'PATCH' ? { body: { resolved: true } } : {};
    for (const id of [foreign, newId(), 'x']) {
      assert.equal((await owner.call(method, `${url}/${id}`, options)).statusCode, 404);
    }
  }
  const listed = (await owner.call('GET', `${foreignUrl}?threadId=${thread}`)).json();
  assert.deepEqual(listed.items, []);
  assert.deepEqual(await listRows(), before);
});
