import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { until } from '@lectern/db/testing/until';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { makeToken } from '../testing/make-token.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';
import { writePresence, writeUpdateMessage } from './messages.ts';

const api = await freshApi();
const port = await listen(api.app);
const me = await api.logIn();
const courseId = await makeCourse(me);

const sockets: WebSocket[] = [];
after(() => {
  for (const socket of sockets) socket.terminate();
});

function dial(course = courseId, token = me.token): WebSocket {
  const url = `ws://127.0.0.1:${port}/v1/courses/${course}/live?token=${token}`;
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** The code and reason with which the server closes, once it has got these. */
async function closing(frames: readonly (Uint8Array | string)[], token?: string) {
  const socket = dial(courseId, token);
  await once(socket, 'message');
  const closed = once(socket, 'close');
  for (const frame of frames) socket.send(frame);
  const [code, reason] = await closed;
  return { code: Number(code), reason: String(reason) };
}

function updateOf(write: (doc: Y.Doc) => void, doc = new Y.Doc()): Uint8Array {
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  doc.transact(() => write(doc));
  return updates.at(-1) ?? new Uint8Array();
}

const addNode = (id: string) => (doc: Y.Doc) => {
  doc.getMap('nodes').set(id, new Y.Map(Object.entries({ type: 'lesson', title: id })));
};

/** Two people go on working, whatever somebody else sends meanwhile. */
const [ann, ben] = [0, 1].map(() => openYjs({ port, courseId, token: me.token }));
async function othersGoOn(): Promise<void> {
  assert.ok(ann && ben);
  await Promise.all([ann.synced(), ben.synced()]);
  const id = newId();
  ann.addNode(id);
  await until('the other sees it', async () => ben.nodes.has(id));
  await untilEqual(ann.doc, ben.doc);
}

async function countRows(): Promise<number> {
  const { version } = await api.store.postgres
    .selectFrom('course_documents')
    .select('version')
    .where('course_id', '=', courseId)
    .executeTakeFirstOrThrow();
  return version;
}

test('what is no message of the protocol closes the socket, and nothing of it is kept', async () => {
  await othersGoOn();
  const before = await countRows();
  const whole = updateOf(addNode('whole'));
  const frames: Record<string, Uint8Array | string> = {
    text: '{"type":"subscribe"}',
    empty: new Uint8Array(),
    garbage: Uint8Array.from({ length: 200 }, (_, i) => (i * 7_919) % 256),
    'an unknown step': Uint8Array.of(0, 9, 1, 0),
    'a length that lies': Uint8Array.of(0, 2, 255, 255, 255, 127, 1),
    'presence that is cut off': Uint8Array.of(1, 3, 1, 5, 1),
    'garbage as an update': writeUpdateMessage(Uint8Array.of(200, 13, 77, 1, 2, 3)),
  };
  for (let length = 1; length < whole.length; length += 3) {
    frames[`an update cut at ${length}`] = writeUpdateMessage(whole.subarray(0, length));
  }
  for (const [what, frame] of Object.entries(frames)) {
    const { code, reason } = await closing([frame]);
    assert.equal(code, 4400, what);
    assert.ok(reason.length > 10, reason);
  }
  assert.equal(await countRows(), before);
  await othersGoOn();
});

test('an update that belongs to another course is not taken', async () => {
  const doc = new Y.Doc();
  updateOf(addNode('there'), doc);
  const update = updateOf((other) => {
    const node = other.getMap('nodes').get('there');
    if (node instanceof Y.Map) node.set('title', 'Changed');
  }, doc);
  const before = await countRows();
  // An answer to the server’s question, so that nothing is left to wait for.
  const answer = Uint8Array.from(writeUpdateMessage(update));
  answer[1] = 1;
  const { code, reason } = await closing([answer]);
  assert.equal(code, 4400);
  assert.match(reason, /builds on what this course does not have/);
  assert.equal(await countRows(), before);
  await othersGoOn();
});

test('a frame of a megabyte is not read', async () => {
  const { code } = await closing([new Uint8Array(1024 * 1024)]);
  assert.equal(code, 1009);
  await othersGoOn();
});

test('a thousand messages at once are too many', async () => {
  const frames = Array.from({ length: 1_000 }, () => Uint8Array.of(3));
  const { code } = await closing(frames);
  assert.equal(code, 4429);
  await othersGoOn();
});

test('a cursor of 5,000 characters is not passed on', async () => {
  const state = JSON.stringify({ user: { name: 'x'.repeat(5_000) } });
  const { code } = await closing([writePresence([{ client: 1, clock: 1, json: state }])]);
  assert.equal(code, 4413);
});

test('nobody shows a cursor as another', async () => {
  assert.ok(ann && ben);
  ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
  const { clientID } = ann.doc;
  const nameOf = () => ben.provider.awareness.getStates().get(clientID)?.['user']?.name;
  await until('Ben sees Ann', async () => nameOf() === 'Ann');
  const socket = dial();
  await once(socket, 'message');
  const json = JSON.stringify({ user: { name: 'Eve' } });
  socket.send(writePresence([{ client: clientID, clock: 1_000, json }]));
  socket.send(writePresence([{ client: 77, clock: 1, json }]));
  await until('Ben sees Eve', async () => ben.provider.awareness.getStates().has(77));
  assert.equal(nameOf(), 'Ann');
  socket.terminate();
  await until('Eve is gone', async () => !ben.provider.awareness.getStates().has(77));
});

test('a token that runs out closes its socket, and others of the person stay', async () => {
  const { token, id } = await makeToken(me, ['read', 'write']);
  await api.store.postgres
    .updateTable('tokens')
    .set({ expires_at: new Date(Date.now() + 1_500) })
    .where('id', '=', id)
    .execute();
  const { code, reason } = await closing([], token);
  assert.deepEqual([code, reason], [4401, 'the login is over']);
  await othersGoOn();
});

test('a token that may only read looks on', async () => {
  const { token } = await makeToken(me, ['read']);
  const reader = openYjs({ port, courseId, token });
  await reader.synced();
  reader.addNode('by a reader');
  await othersGoOn();
  assert.ok(!ben?.nodes.has('by a reader'));
});

test('a course that is not there, or not theirs, is not found; a stranger is told to log in', async () => {
  const statusOf = async (socket: WebSocket) => {
    const [, answer] = await once(socket, 'unexpected-response');
    return answer.statusCode;
  };
  const stranger = await api.logIn();
  assert.equal(await statusOf(dial(newId())), 404);
  assert.equal(await statusOf(dial(courseId, stranger.token)), 404);
  assert.equal(await statusOf(dial(courseId, 'nonsense')), 401);
});
