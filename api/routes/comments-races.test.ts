import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetMentions } from '@lectern/db/postgres/comment-people';
import type { Db } from '@lectern/db/postgres/connect';
import { untilWaiting } from '@lectern/db/testing/until-waiting';
import type { Caller } from '../testing/fresh-api.ts';
import { freshComments } from '../testing/fresh-comments.ts';

/** As the end of an account's deletion does it. */
function deleteAccount(db: Db, { userId }: Caller, meanwhile: () => Promise<unknown>) {
  return db.transaction().execute(async (tx) => {
    await tx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
    await meanwhile();
    await forgetMentions(tx, userId);
    await tx.deleteFrom('users').where('id', '=', userId).execute();
  });
}

test('whoever loses the role while a comment is on its way says nothing', async () => {
  const { commenter, store, post, listRows } = await freshComments();
  const { postgres } = store;
  const answer = await postgres.transaction().execute(async (tx) => {
    await tx.selectFrom('courses').select('id').forUpdate().execute();
    const waiting = post(commenter, { body: 'In time?' });
    await untilWaiting(postgres, 1);
    const { userId } = commenter;
    await tx
      .updateTable('course_members')
      .set({ role: 'learner' })
      .where('user_id', '=', userId)
      .execute();
    return { waiting };
  });
  assert.equal((await answer.waiting).statusCode, 403);
  assert.deepEqual(await listRows(), []);
});

test('whoever is mentioned while the account goes is mentioned nowhere', async () => {
  const { owner, commenter, editor, store, post, say, change, listRows } = await freshComments();
  const { postgres } = store;
  const mentions = [commenter.userId];
  const link = `@[C](${commenter.userId})`;
  const id = await say(owner, { body: 'So far nobody.', mentions: [editor.userId] });
  const before = await say(owner, { body: link });
  const waiting: ReturnType<typeof post>[] = [];
  await deleteAccount(postgres, commenter, async () => {
    waiting.push(post(owner, { body: 'x', mentions }), change(owner, id, { body: link }));
    // A comment that the account stands in already, too.
    waiting.push(change(owner, before, { body: `${link}!` }));
    await untilWaiting(postgres, 3);
  });
  for (const answer of await Promise.all(waiting)) {
    assert.deepEqual([answer.statusCode, answer.json().code], [422, 'mention_unknown']);
  }
  const rows = (await listRows()).map((row) => [row.body, row.mentions]);
  assert.deepEqual(rows, [
    ['So far nobody.', [editor.userId]],
    ['@[C]', []],
  ]);
});

test('replies, changes, deletions and accounts that go do not wait for each other', async () => {
  const course = await freshComments();
  const { owner, editor, store, url, post, say, change, listRows } = course;
  for (let round = 0; round < 10; round++) {
    const leaver = await course.logIn('admin');
    const mentions = [leaver.userId];
    const thread = await say(owner, { mentions });
    const reply = await say(leaver, { parentId: thread, mentions });
    await change(leaver, thread, { resolved: true });
    const body = `@[L](${leaver.userId})`;
    const [gone, ...answers] = await Promise.all([
      owner.call('DELETE', `${url}/${thread}`),
      post(editor, { body, parentId: thread }),
      post(editor, { body: 'x', parentId: reply }),
      change(owner, thread, { body }),
      change(leaver, reply, { body }),
      change(editor, thread, { resolved: false }),
      deleteAccount(store.postgres, leaver, async () => undefined),
    ]);
    assert.equal(gone.statusCode, 204);
    for (const answer of answers) {
      const status = answer?.statusCode ?? 200;
      assert.ok([200, 201, 401, 403, 404, 422].includes(status), answer?.body);
    }
    assert.deepEqual(await listRows(), []);
  }
});
