import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { until } from '@lectern/db/testing/until';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';
import { writeAsk, writePresence, writeUpdateMessage } from './messages.ts';

const api = await freshApi();
const port = await listen(api.app);
const me = await api.logIn();

const sockets: WebSocket[] = [];
after(() => {
  for (const socket of sockets) socket.terminate();
});

function dial(courseId: string, token = me.token): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/courses/${courseId}/live?token=${token}`);
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** What the server says when it closes, once it has got these. */
async function closing(courseId: string, frames: readonly Uint8Array[]): Promise<unknown[]> {
  const socket = dial(courseId);
  await once(socket, 'message');
  const closed = once(socket, 'close');
  for (const frame of frames) socket.send(frame);
  const [code, reason] = await closed;
  return [code, String(reason)];
}

function nodeUpdate(id: string, fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('nodes').set(id, new Y.Map(Object.entries({ type: 'lesson', title: id, ...fields })));
  return Y.encodeStateAsUpdate(doc);
}

/** Yjs itself cannot write this: the innermost is put in after it was written. */
function deepUpdate(depth: number): Uint8Array {
  const doc = new Y.Doc();
  const marker = '"here"';
  doc.getText('deep').insertEmbed(0, { a: 'here'.repeat(depth) });
  const update = Buffer.from(Y.encodeStateAsUpdate(doc));
  const plain = `{"a":"${'here'.repeat(depth)}"}`;
  const at = update.indexOf(plain);
  assert.ok(at > 0, marker);
  // As many characters, so that the length before it stays true.
  const levels = Math.floor((plain.length - 1) / 2);
  const deep = `${'['.repeat(levels)}${' '.repeat(plain.length - 2 * levels)}${']'.repeat(levels)}`;
  update.write(deep, at, 'latin1');
  return update;
}

test('what is nested so deep that it could not be sent on is not taken', async () => {
  const courseId = await makeCourse(me);
  const update = deepUpdate(20_000);
  assert.throws(() => Y.mergeUpdates([update, nodeUpdate('a')]));
  const [code, reason] = await closing(courseId, [writeUpdateMessage(update)]);
  assert.deepEqual([code, reason], [4400, 'the update is not taken: it is nested too deep']);
});

test('a course in which such a thing stands is opened all the same', async () => {
  const courseId = await makeCourse(me);
  const userId = me.userId;
  const updates = [deepUpdate(20_000), nodeUpdate('a')];
  await appendUpdates(
    api.store.postgres,
    courseId,
    updates.map((data) => ({ data, userId })),
  );
  const ann = openYjs({ port, courseId, token: me.token });
  await until('the rest is there', async () => ann.nodes.has('a'));
});

test('who asks again and again for what they lack is sent away, and others get their answers', async () => {
  const courseId = await makeCourse(me);
  const userId = me.userId;
  const data = nodeUpdate('large', { data: { text: 'x'.repeat(300_000) } });
  await appendUpdates(api.store.postgres, courseId, [{ data, userId }]);
  const vectorOf = (clock: number) => Y.encodeStateVector(new Map([[clock + 1, clock + 1]]));
  const asks = Array.from({ length: 100 }, (_, i) => writeAsk(vectorOf(i)));
  assert.deepEqual(await closing(courseId, asks), [4429, 'too many messages']);
  const ann = openYjs({ port, courseId, token: me.token });
  await ann.synced();
  assert.ok(ann.nodes.has('large'));
  // Now it has something, so that what it lacks is a part.
  ann.provider.disconnect();
  ann.addNode('away');
  ann.provider.connect();
  const ben = openYjs({ port, courseId, token: me.token });
  await untilEqual(ann.doc, ben.doc);
  assert.ok(ben.nodes.has('away') && ben.nodes.has('large'));
});

test('garbage as a state vector closes the socket', async () => {
  const courseId = await makeCourse(me);
  const data = nodeUpdate('large', { data: { text: 'x'.repeat(300_000) } });
  await appendUpdates(api.store.postgres, courseId, [{ data, userId: me.userId }]);
  const [code] = await closing(courseId, [writeAsk(Uint8Array.of(200, 200, 200))]);
  assert.equal(code, 4400);
});

test('what is sent at once after connecting is kept, though its client is gone when the course is read', async () => {
  const courseId = await makeCourse(me);
  const ids = Array.from({ length: 20 }, (_, i) => `n${i}`);
  await Promise.all(
    ids.map(async (id) => {
      const socket = dial(courseId);
      await once(socket, 'open');
      socket.send(writeUpdateMessage(nodeUpdate(id)));
      socket.close();
      await once(socket, 'close');
    }),
  );
  const ann = openYjs({ port, courseId, token: me.token });
  await until('all are there', async () => ids.every((id) => ann.nodes.has(id)));
});

test('a message that is too large is named as the reason', async () => {
  const courseId = await makeCourse(me);
  const frame = new Uint8Array(1024 * 1024);
  assert.deepEqual(await closing(courseId, [frame]), [1009, 'a message may have 512 kB']);
});

test('a cursor that is no JSON goes to nobody', async () => {
  const courseId = await makeCourse(me);
  const ann = openYjs({ port, courseId, token: me.token });
  await ann.synced();
  const frame = writePresence([{ client: 5, clock: 1, json: '{"user":' }]);
  const [code] = await closing(courseId, [frame]);
  assert.equal(code, 4400);
  assert.ok(!ann.provider.awareness.getStates().has(5));
});

test('one person shows no more cursors than tabs could', async () => {
  const courseId = await makeCourse(me);
  const frames = Array.from({ length: 200 }, (_, i) =>
    writePresence([{ client: i + 1, clock: 1, json: '{}' }]),
  );
  const [code, reason] = await closing(courseId, frames);
  assert.deepEqual([code, reason], [4413, 'too many clients of one person']);
});

test('clients that say again what they heard of others are not taken for a flood', async () => {
  const courseId = await makeCourse(me);
  const ann = openYjs({ port, courseId, token: me.token });
  await ann.synced();
  const socket = dial(courseId);
  await once(socket, 'message');
  const cursor = writePresence([{ client: 5, clock: 1, json: '{"x":1}' }]);
  for (let i = 0; i < 2_000; i++) socket.send(cursor);
  socket.send(writeUpdateMessage(nodeUpdate('after')));
  await until('the edit arrives', async () => ann.nodes.has('after'));
  assert.equal(socket.readyState, socket.OPEN);
});

test('twenty people whose cursors move all the time stay', async () => {
  const courseId = await makeCourse(me);
  const people = Array.from({ length: 20 }, () => openYjs({ port, courseId, token: me.token }));
  await Promise.all(people.map((person) => person.synced()));
  for (let move = 0; move < 60; move++) {
    for (const { provider } of people) provider.awareness.setLocalStateField('cursor', move);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [first] = people;
  assert.ok(first);
  await until('the last cursors are seen', async () =>
    people.every(({ doc }) => {
      const state = first.provider.awareness.getStates().get(doc.clientID);
      return state?.['cursor'] === 59;
    }),
  );
  assert.ok(people.every(({ provider }) => provider.wsconnected));
});
