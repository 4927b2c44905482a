import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { freshComments } from '../testing/fresh-comments.ts';

type Course = Awaited<ReturnType<typeof freshComments>>;

async function listEntries({ store }: Course) {
  return store.postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_type', 'subject_id', 'before'])
    .where('action', 'like', 'comment.%')
    .orderBy('id')
    .execute();
}

test('a thread is resolved and reopened by whoever may comment, and replies leave it as it is', async () => {
  const course = await freshComments();
  const { owner, commenter, say, change, listRows } = course;
  const id = await say(owner, { nodeId: 'a' });
  const resolve = async (resolved: boolean) => (await change(commenter, id, { resolved })).json();
  const done = await resolve(true);
  assert.deepEqual(done.resolvedBy, { id: commenter.userId, name: 'user' });
  assert.ok(Math.abs(Date.parse(done.resolvedAt) - Date.now()) < 60_000);
  await say(owner, { parentId: id });
  const [row] = await listRows();
  assert.deepEqual(
    [row?.resolved_by, row?.resolved_at?.toISOString()],
    [commenter.userId, done.resolvedAt],
  );
  const open = await resolve(false);
  assert.deepEqual([open.resolvedAt, open.resolvedBy, open.editedAt], [null, null, null]);
  const [reopened] = await listRows();
  assert.deepEqual([reopened?.resolved_by, reopened?.resolved_at], [null, null]);
});

test('of two people who resolve a thread at once the first one did, and both are told so', async () => {
  const course = await freshComments();
  const { owner, editor, commenter, courseId, store, say, change, listRows } = course;
  const heard: string[] = [];
  await store.bus.subscribe(`subject:${courseId}`, (news) => {
    if (news.includes('comment.resolved')) heard.push(news);
  });
  for (let round = 0; round < 5; round++) {
    const id = await say(owner, {});
    const answers = await Promise.all([
      change(editor, id, { resolved: true }),
      change(commenter, id, { resolved: true }),
    ]);
    const row = (await listRows()).find((one) => one.id === id);
    const expected = [row?.resolved_by, row?.resolved_at?.toISOString()];
    for (const answer of answers) {
      const { resolvedBy, resolvedAt } = answer.json();
      assert.equal(answer.statusCode, 200);
      assert.deepEqual([resolvedBy.id, resolvedAt], expected);
    }
  }
  await store.bus.publish(`subject:${courseId}`, 'comment.resolved: the last');
  await until('all is told', async () => heard.at(-1)?.endsWith('the last'));
  assert.equal(heard.length, 5 + 1);
});

test('only its author changes what a comment says', async () => {
  const course = await freshComments();
  const { owner, commenter, store, say, change, listRows } = course;
  const admin = await course.logIn('admin');
  const id = await say(commenter, { body: 'As I said.' });
  const before = await listRows();
  for (const who of [owner, admin]) {
    const answer = await change(who, id, { body: 'As I say.', resolved: true });
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'forbidden']);
  }
  assert.deepEqual(await listRows(), before);
  const same = await change(commenter, id, { body: 'As I said.' });
  assert.deepEqual([same.statusCode, same.json().editedAt], [200, null]);
  const edited = await change(commenter, id, { body: 'As I meant.' });
  assert.equal(edited.json().body, 'As I meant.');
  const [row] = await listRows();
  assert.deepEqual(
    [row?.body, row?.edited_at?.toISOString()],
    ['As I meant.', edited.json().editedAt],
  );
  // An account that is gone leaves its words to nobody.
  await store.postgres.updateTable('comments').set({ author_id: null }).execute();
  assert.equal((await change(commenter, id, { body: 'Mine.' })).statusCode, 403);
  const read = await owner.call('GET', `${course.url}/${id}`);
  assert.equal(read.json().author, null);
});

test('a thread goes with its replies, a reply by itself, each for its author', async () => {
  const course = await freshComments();
  const { owner, commenter, url, say, listRows } = course;
  const [thread, other] = [await say(commenter, {}), await say(owner, {})];
  const [own, kept] = [
    await say(commenter, { parentId: thread }),
    await say(commenter, { parentId: thread }),
  ];
  const drop = async (id: string) => (await commenter.call('DELETE', `${url}/${id}`)).statusCode;
  assert.equal(await drop(own), 204);
  const ids = async () => (await listRows()).map(({ id }) => id);
  assert.deepEqual(await ids(), [thread, other, kept]);
  assert.equal(await drop(other), 403);
  assert.equal(await drop(thread), 204);
  assert.deepEqual([await ids(), await drop(thread)], [[other], 404]);
  assert.deepEqual(await listEntries(course), []);
});

test('whoever takes the words of others away is in the log, without these words', async () => {
  const course = await freshComments();
  const { owner, editor, commenter, courseId, url, say, listRows } = course;
  const thread = await say(commenter, {});
  const reply = await say(owner, { parentId: thread });
  await say(commenter, { parentId: thread });
  assert.equal((await editor.call('DELETE', `${url}/${reply}`)).statusCode, 204);
  await say(owner, { parentId: thread });
  assert.equal((await commenter.call('DELETE', `${url}/${thread}`)).statusCode, 204);
  assert.deepEqual(await listRows(), []);
  const entry = { action: 'comment.delete', subject_type: 'comment' };
  const where = { courseId, threadId: thread };
  assert.deepEqual(await listEntries(course), [
    {
      ...entry,
      actor_id: editor.userId,
      subject_id: reply,
      before: { ...where, authorId: owner.userId, replies: 0 },
    },
    {
      ...entry,
      actor_id: commenter.userId,
      subject_id: thread,
      before: { ...where, authorId: commenter.userId, replies: 2 },
    },
  ]);
});

test('learners know of no comments, strangers of no course, and former commenters neither', async () => {
  const course = await freshComments();
  const { owner, commenter, learner, stranger, store, url, post, say, change, listRows } = course;
  const id = await say(commenter, {});
  const before = await listRows();
  const ask = async (who: typeof owner) => [
    (await who.call('GET', url)).statusCode,
    (await post(who, { body: 'Me too.' })).statusCode,
    (await who.call('GET', `${url}/${id}`)).statusCode,
    (await change(who, id, { resolved: true })).statusCode,
    (await who.call('DELETE', `${url}/${id}`)).statusCode,
  ];
  assert.deepEqual(await ask(learner), Array(5).fill(403));
  assert.deepEqual(await ask(stranger), Array(5).fill(404));
  await store.postgres
    .updateTable('course_members')
    .set({ role: 'learner' })
    .where('user_id', '=', commenter.userId)
    .execute();
  assert.deepEqual(await ask(commenter), Array(5).fill(403));
  await owner.call('DELETE', `/v1/courses/${course.courseId}`);
  assert.deepEqual(await ask(owner), Array(5).fill(404));
  assert.deepEqual(await listRows(), before);
});
