import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { WebSocket } from 'ws';
import { type Caller, listen } from '../testing/fresh-api.ts';
import { freshComments } from '../testing/fresh-comments.ts';

const sockets: WebSocket[] = [];
after(() => {
  for (const socket of sockets) socket.terminate();
});

/** What a person hears of a course at `/v1/live`, from when it is promised. */
async function hear(port: number, { token }: Caller, courseId: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live?token=${token}`);
  sockets.push(socket);
  const heard: Record<string, unknown>[] = [];
  const { promise: subscribed, resolve } = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    const message = JSON.parse(Buffer.isBuffer(data) ? data.toString() : '');
    if (message.type === 'course') heard.push(message);
    if (message.type === 'subscribed') resolve();
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', courses: [courseId] })));
  await subscribed;
  return heard;
}

test('whoever is connected hears of each change of comments, by ids and without a word', async () => {
  const course = await freshComments();
  const { app, owner, editor, learner, courseId, url, say, change } = course;
  const port = await listen(app);
  const heard = [await hear(port, editor, courseId), await hear(port, learner, courseId)];
  const secret = 'Right is the third answer.';
  const thread = await say(owner, { body: secret, nodeId: 'quiz', mentions: [editor.userId] });
  const reply = await say(editor, { body: secret, parentId: thread });
  await change(editor, reply, { body: `${secret} @[Owner](${owner.userId})` });
  await change(editor, thread, { resolved: true });
  // Nothing changes.
  await change(editor, thread, { resolved: true });
  await change(editor, thread, { resolved: false });
  await owner.call('DELETE', `${url}/${thread}`);
  const about = { type: 'course', id: courseId, targetKind: 'node', targetId: 'quiz' };
  const ofThread = { ...about, commentId: thread, threadId: thread, mentions: [editor.userId] };
  const ofReply = { ...about, commentId: reply, threadId: thread };
  for (const news of heard) {
    await until('all is told', async () => news.length >= 6);
    assert.deepEqual(news, [
      { ...ofThread, event: 'comment.added' },
      { ...ofReply, event: 'comment.added', mentions: [] },
      { ...ofReply, event: 'comment.changed', mentions: [owner.userId] },
      { ...ofThread, event: 'comment.resolved' },
      { ...ofThread, event: 'comment.reopened' },
      { ...ofThread, event: 'comment.deleted' },
    ]);
    assert.ok(!JSON.stringify(news).includes('third'));
  }
});
