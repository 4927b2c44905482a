import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setMember } from '@lectern/db/postgres/members';
import { until } from '@lectern/db/testing/until';
import * as Y from 'yjs';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { openYjs } from '../testing/yjs-client.ts';

// No worker settles here: nobody but the process that shows an edit can have looked at it.

const api = await freshApi();
const port = await listen(api.app);
const { postgres } = api.store;
const secret = 'the-moon-does-it';

async function freshRoom() {
  const owner = await api.logIn();
  const courseId = await makeCourse(owner);
  const learner = await api.logIn();
  const author = { userId: owner.userId, requestId: null, address: null };
  await postgres
    .transaction()
    .execute((tx) => setMember(tx, { courseId, userId: learner.userId, role: 'learner' }, author));
  const ann = openYjs({ port, courseId, token: owner.token });
  await ann.synced();
  /** A learner, with all bytes that they were ever sent. */
  const joinLearner = () => {
    const received: Buffer[] = [];
    const guest = openYjs({ port, courseId, token: learner.token });
    guest.provider.ws?.addEventListener('message', ({ data }) => {
      received.push(Buffer.from(data));
    });
    const sawSecret = () => Buffer.concat(received).includes(secret);
    return { ...guest, sawSecret };
  };
  return { owner, courseId, ann, joinLearner };
}

const quiz = {
  type: 'quiz',
  data: { questions: [{ text: 'Why?', options: [{ text: secret, correct: true }] }] },
};

test('a right answer that is written live reaches other authors and no learner', async () => {
  const { courseId, owner, ann, joinLearner } = await freshRoom();
  const ben = openYjs({ port, courseId, token: owner.token });
  const guest = joinLearner();
  await Promise.all([ben.synced(), guest.synced()]);
  ann.addNode('lesson');
  await until('the learner sees a lesson', async () => guest.nodes.has('lesson'));
  ann.addNode('quiz', quiz);
  await until('an author sees the quiz', async () => ben.nodes.has('quiz'));
  assert.equal((await guest.closed).code, 4403);
  assert.ok(!guest.sawSecret() && !guest.nodes.has('quiz'));
});

test('nor does one that is written by a request', async () => {
  const { courseId, owner, joinLearner } = await freshRoom();
  const guest = joinLearner();
  await guest.synced();
  const ops = [{ op: 'node.add', node: { title: 'Quiz', ...quiz } }];
  const answer = await owner.call('POST', `/v1/courses/${courseId}/edits`, { body: { ops } });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal((await guest.closed).code, 4403);
  assert.ok(!guest.sawSecret());
});

test('a learner who comes before the course was settled is told to go before they are shown any of it', async () => {
  const { ann, joinLearner, courseId, owner } = await freshRoom();
  ann.addNode('quiz', quiz);
  const ben = openYjs({ port, courseId, token: owner.token });
  await until('it is kept', async () => ben.nodes.has('quiz'));
  const guest = joinLearner();
  assert.equal((await guest.closed).code, 4403);
  assert.ok(!guest.sawSecret());
});

test('what nobody can read of a quiz is not shown to a learner either', async () => {
  const { ann, joinLearner } = await freshRoom();
  const guest = joinLearner();
  await guest.synced();
  let nested: unknown = secret;
  for (let i = 0; i < 300; i++) nested = [nested];
  ann.addNode('quiz', { type: 'quiz', data: { nested } });
  assert.equal((await guest.closed).code, 4403);
  assert.ok(!guest.sawSecret());
});

test('a lesson becomes a quiz in two edits, and the learner sees the first alone', async () => {
  const { ann, joinLearner } = await freshRoom();
  const guest = joinLearner();
  await guest.synced();
  ann.addNode('a', { title: 'First' });
  await until('the learner sees it', async () => guest.nodes.get('a')?.get('title') === 'First');
  ann.doc.transact(() => {
    const node = ann.nodes.get('a');
    assert.ok(node instanceof Y.Map);
    node.set('type', 'quiz');
    node.set('data', quiz.data);
  });
  assert.equal((await guest.closed).code, 4403);
  assert.ok(!guest.sawSecret());
});
