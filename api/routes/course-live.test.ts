import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setMember } from '@lectern/db/postgres/members';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { until } from '@lectern/db/testing/until';
import * as Y from 'yjs';
import { type Caller, freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';

const api = await freshApi();
const port = await listen(api.app);
const { postgres } = api.store;

async function freshRoom() {
  const owner = await api.logIn();
  const courseId = await makeCourse(owner);
  const join = (who: Pick<Caller, 'token'> = owner, doc?: Y.Doc) =>
    openYjs({ port, courseId, token: who.token }, doc);
  const addMember = async (role: CourseRole) => {
    const member = await api.logIn();
    const author = { userId: owner.userId, requestId: null, address: null };
    await postgres
      .transaction()
      .execute((tx) => setMember(tx, { courseId, userId: member.userId, role }, author));
    return member;
  };
  const readGraph = async () => {
    const answer = await owner.call('GET', `/v1/courses/${courseId}/graph`);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<{ version: number; nodes: { id: string; title: string }[] }>();
  };
  /** What the rows alone say, which is what outlives every process. */
  const readRows = async () => {
    const doc = new Y.Doc();
    const row = await postgres
      .selectFrom('course_documents')
      .select('state')
      .where('course_id', '=', courseId)
      .executeTakeFirst();
    if (row !== undefined) Y.applyUpdate(doc, row.state);
    const updates = await postgres
      .selectFrom('course_updates')
      .select(['data', 'user_id'])
      .where('course_id', '=', courseId)
      .orderBy('version')
      .execute();
    for (const { data } of updates) Y.applyUpdate(doc, data);
    return { doc, updates };
  };
  return { owner, courseId, join, addMember, readGraph, readRows };
}

test('two editors see each other’s edits, and what they see is in rows', async () => {
  const { owner, join, readGraph, readRows, addMember } = await freshRoom();
  const [ann, ben] = [join(), join(await addMember('editor'))];
  await Promise.all([ann.synced(), ben.synced()]);
  ann.addNode('a', { title: 'Tides' });
  await until('Ben sees it', async () => ben.nodes.get('a')?.get('title') === 'Tides');
  const { doc, updates } = await readRows();
  assert.deepEqual(doc.getMap('nodes').toJSON(), ann.nodes.toJSON());
  assert.equal(updates[0]?.user_id, owner.userId);
  ben.nodes.get('a')?.set('title', 'Spring tides');
  await untilEqual(ann.doc, ben.doc);
  const { nodes, version } = await readGraph();
  assert.deepEqual([nodes.map(({ title }) => title), version], [['Spring tides'], 2]);
});

test('whoever comes later, or comes back, gets all there is and gives what they did meanwhile', async () => {
  const { join } = await freshRoom();
  const ann = join();
  await ann.synced();
  for (let i = 0; i < 150; i++) ann.addNode(`n${i}`);
  const ben = join();
  await untilEqual(ann.doc, ben.doc);
  ben.provider.disconnect();
  ben.addNode('offline');
  ann.nodes.delete('n3');
  ben.provider.connect();
  await untilEqual(ann.doc, ben.doc);
  assert.ok(ann.nodes.has('offline') && !ann.nodes.has('n3'));
});

test('who connects again and has nothing new leaves no row', async () => {
  const { join, readRows } = await freshRoom();
  const ann = join();
  await ann.synced();
  ann.addNode('a');
  ann.nodes.delete('a');
  await until('it is kept', async () => (await readRows()).updates.length === 2);
  ann.provider.disconnect();
  ann.provider.connect();
  await ann.synced();
  const ben = join(undefined, ann.doc);
  await ben.synced();
  assert.equal((await readRows()).updates.length, 2);
});

test('a commenter and a learner look on: their edits are not taken, their cursors are shown', async () => {
  const { join, addMember, readRows } = await freshRoom();
  const ann = join();
  await ann.synced();
  ann.addNode('a');
  for (const role of ['commenter', 'learner'] as const) {
    const guest = join(await addMember(role));
    await guest.synced();
    guest.provider.awareness.setLocalStateField('user', { name: role });
    guest.addNode(`by ${role}`);
    guest.nodes.get('a')?.set('title', role);
    await until('the cursor is shown', async () => {
      const state = ann.provider.awareness.getStates().get(guest.doc.clientID);
      return state?.['user']?.name === role;
    });
    // Frames of one socket come in order: what was sent before the cursor was looked at before it.
    assert.deepEqual([...ann.nodes.keys()], ['a']);
    assert.equal((await readRows()).updates.length, 1);
    guest.provider.destroy();
    await until('the cursor is gone', async () => {
      return !ann.provider.awareness.getStates().has(guest.doc.clientID);
    });
  }
});

test('a course with right answers in it is not shown whole to those who are to answer', async () => {
  const { courseId, join, addMember, owner } = await freshRoom();
  const learner = await addMember('learner');
  const guest = join(learner);
  await guest.synced();
  const questions = [{ text: 'Why?', options: [{ text: 'The moon', correct: true }] }];
  const ops = [{ op: 'node.add', node: { type: 'quiz', title: 'Quiz', data: { questions } } }];
  await owner.call('POST', `/v1/courses/${courseId}/edits`, { body: { ops } });
  await postgres
    .updateTable('course_documents')
    .set({ has_answers: true })
    .where('course_id', '=', courseId)
    .execute();
  assert.equal((await guest.closed).code, 4403);
  const graph = await learner.call('GET', `/v1/courses/${courseId}/graph`);
  assert.ok(graph.body.includes('The moon') && !graph.body.includes('correct'));
  const own = await owner.call('GET', `/v1/courses/${courseId}/graph`);
  assert.ok(own.body.includes('correct'));
});

test('a role that is taken away closes the socket; one that changes lets its person come again', async () => {
  const { courseId, owner, join, addMember } = await freshRoom();
  const member = await addMember('editor');
  const changed = join(member);
  await changed.synced();
  const url = `/v1/courses/${courseId}/members`;
  await owner.call('PUT', url, { body: { userId: member.userId, role: 'commenter' } });
  assert.equal((await changed.closed).code, 4503);
  await changed.synced();
  await owner.call('DELETE', `${url}?userId=${member.userId}`);
  await until('it is over', async () => !changed.provider.wsconnected);
});

test('who is here is known by login, whatever a client says', async () => {
  const { courseId, owner, join, addMember } = await freshRoom();
  const member = await addMember('commenter');
  const [ann, ben] = [join(), join(member)];
  await Promise.all([ann.synced(), ben.synced()]);
  ben.provider.awareness.setLocalStateField('user', { name: 'Somebody else' });
  ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
  await until('both are shown', async () => ann.provider.awareness.getStates().size === 2);
  const answer = await owner.call('GET', `/v1/courses/${courseId}/presence`);
  const items = answer.json<{ items: { userId: string }[] }>();
  const people = items.items.map(({ userId, ...rest }) => [userId, rest] as const);
  const { clientID: annsClient } = ann.doc;
  assert.deepEqual(Object.fromEntries(people), {
    [owner.userId]: { name: 'user', canEdit: true, clients: [annsClient] },
    [member.userId]: { name: 'user', canEdit: false, clients: [ben.doc.clientID] },
  });
});
