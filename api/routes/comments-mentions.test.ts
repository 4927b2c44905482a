import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { until } from '@lectern/db/testing/until';
import type { Caller } from '../testing/fresh-api.ts';
import { freshComments } from '../testing/fresh-comments.ts';

const mention = ({ userId }: Pick<Caller, 'userId'>) => `@[Somebody](${userId})`;

test('people are mentioned in the text and beside it, each once', async () => {
  const { owner, editor, commenter, post, listRows } = await freshComments();
  const body = `${mention(editor)}, ${mention(commenter)} and ${mention(editor)}: look.`;
  const answer = await post(owner, { body, mentions: [editor.userId, owner.userId] });
  const ids = [editor.userId, commenter.userId, owner.userId];
  assert.deepEqual(
    answer.json().mentions,
    ids.map((id) => ({ id, name: 'user' })),
  );
  const [row] = await listRows();
  assert.deepEqual([row?.mentions, row?.body], [ids, body]);
});

test('nobody is mentioned who may not read comments here; each place is named', async () => {
  const course = await freshComments();
  const { owner, editor, learner, stranger, post, listRows } = course;
  const operator = await course.logIn('operator');
  const nobody = { userId: newId() };
  const leaver = await course.logIn('admin');
  await course.store.postgres
    .updateTable('users')
    .set({ deleting_at: new Date() })
    .where('id', '=', leaver.userId)
    .execute();
  for (const who of [learner, stranger, operator, leaver, nobody]) {
    for (const [path, body] of [
      ['body.body', { body: `${mention(editor)} ${mention(who)}` }],
      ['body.mentions.1', { body: 'x', mentions: [editor.userId, who.userId] }],
    ] as const) {
      const answer = await post(owner, body);
      const { code, errors } = answer.json();
      assert.deepEqual([answer.statusCode, code], [422, 'mention_unknown']);
      const message = `names ${who.userId}, who is none of them`;
      assert.deepEqual(errors, [{ path, message }]);
    }
  }
  assert.deepEqual(await listRows(), []);
  const admin = await course.logIn('admin');
  assert.equal((await post(owner, { body: mention(admin) })).statusCode, 201);
});

test('mentions follow the text; those beside it and those of former members stay', async () => {
  const course = await freshComments();
  const { owner, editor, commenter, learner, courseId, say, change, listRows } = course;
  const body = `${mention(editor)} and ${mention(commenter)}`;
  const id = await say(owner, { body, mentions: [owner.userId] });
  const mentions = async () => (await listRows()).map((row) => row.mentions);
  const members = `/v1/courses/${courseId}/members`;
  await owner.call('DELETE', `${members}/${commenter.userId}`);
  assert.equal((await change(owner, id, { body: mention(commenter) })).statusCode, 200);
  assert.deepEqual(await mentions(), [[commenter.userId, owner.userId]]);
  const refused = await change(owner, id, { body: mention(learner), resolved: true });
  const { code, errors } = refused.json();
  assert.deepEqual([refused.statusCode, code], [422, 'mention_unknown']);
  assert.equal(errors[0].path, 'body.body');
  assert.equal((await listRows())[0]?.resolved_at, null);
  assert.equal((await change(owner, id, { body: 'Nobody.' })).statusCode, 200);
  assert.deepEqual(await mentions(), [[owner.userId]]);
  const back = await change(owner, id, { body: mention(commenter) });
  assert.equal(back.statusCode, 422);
});

test('as many people are mentioned as news can name, and not more', async () => {
  const course = await freshComments();
  const { owner, courseId, store, post } = course;
  const heard: string[] = [];
  await store.bus.subscribe(`subject:${courseId}`, (news) => void heard.push(news));
  const rows = Array.from({ length: 51 }, () => {
    const id = newId();
    const email = `${id}@example.org`;
    return { id, email, name: 'Admin', password_hash: '-', role: 'admin' as const };
  });
  await store.postgres.insertInto('users').values(rows).execute();
  const nodeId = '\u0001'.repeat(200);
  const [last = { id: '' }, ...others] = rows;
  const body = { body: 'All!', nodeId, mentions: others.map(({ id }) => id) };
  const more = { ...body, body: mention({ userId: last.id }) };
  const refused = await post(owner, more);
  assert.deepEqual([refused.statusCode, refused.json().errors[0].path], [400, 'body.body']);
  assert.equal((await post(owner, body)).statusCode, 201);
  await store.bus.publish(`subject:${courseId}`, 'after it');
  await until('all is told', async () => heard.includes('after it'));
  assert.equal(heard.length, 2);
  assert.deepEqual(JSON.parse(heard[0] ?? '').mentions, body.mentions);
});
