import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { open } from '@lectern/db/open';
import { setMember } from '@lectern/db/postgres/members';
import { catchLog } from '@lectern/db/testing/catch-log';
import { until } from '@lectern/db/testing/until';
import { type RawData, WebSocket } from 'ws';
import { buildApp } from '../app.ts';
import { type Caller, formOf, freshApi, listen, makeCourse } from '../testing/fresh-api.ts';

type Options = { readonly headers?: Record<string, string>; readonly token?: string };

const sockets: WebSocket[] = [];
after(() => {
  for (const socket of sockets) socket.terminate();
});

function dial(port: number, { headers = {}, token }: Options = {}): WebSocket {
  const query = token === undefined ? '' : `?token=${token}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live${query}`, { headers });
  sockets.push(socket);
  return socket;
}

/** The HTTP status and code with which an upgrade is refused. */
async function refusal(socket: WebSocket): Promise<[number | undefined, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  socket.on('error', () => undefined);
  socket.on('open', () => reject(new Error('it was let in')));
  socket.on('unexpected-response', (_request, answer) => resolve(answer));
  const answer = await promise;
  const { code }: { code?: unknown } = Object(await json(answer));
  return [answer.statusCode, String(code)];
}

type Talk = {
  readonly socket: WebSocket;
  readonly heard: Record<string, unknown>[];
  ask(message: unknown): Promise<Record<string, unknown>>;
  readonly closed: Promise<[number, string]>;
};

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

async function converse(socket: WebSocket): Promise<Talk> {
  const heard: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data) => {
    const message: Record<string, unknown> = JSON.parse(textOf(data));
    const isNews = message['type'] === 'course' || message['type'] === 'material';
    if (isNews) heard.push(message);
    else waiting.shift()?.(message);
  });
  const closed = once(socket, 'close').then(([code, reason]): [number, string] => [
    Number(code),
    String(reason),
  ]);
  const next = () => new Promise<Record<string, unknown>>((resolve) => waiting.push(resolve));
  assert.equal((await next())['type'], 'ready');
  const ask = (message: unknown) => {
    const answer = next();
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return answer;
  };
  return { socket, heard, ask, closed };
}

const bearer = ({ token }: Caller) => ({ headers: { authorization: `Bearer ${token}` } });

test('a socket opens by header, by address and by cookie of an own page, and by nothing else', async () => {
  const api = await freshApi({ CORS_ORIGINS: 'https://studio.example' });
  const port = await listen(api.app);
  const me = await api.logIn();
  const cookie = `lectern_session=${me.cookie}`;
  const own = { cookie, origin: `http://127.0.0.1:${port}` };
  await converse(dial(port, bearer(me)));
  await converse(dial(port, { token: me.token }));
  await converse(dial(port, { headers: own }));
  await converse(dial(port, { token: me.token, headers: { origin: 'https://studio.example' } }));

  assert.deepEqual(await refusal(dial(port)), [401, 'unauthenticated']);
  assert.deepEqual(await refusal(dial(port, { token: 'x' })), [401, 'unauthenticated']);
  for (const headers of [
    { cookie, origin: 'https://evil.example' },
    { cookie, origin: 'null' },
    { cookie },
    { authorization: `Bearer ${me.token}`, origin: 'https://evil.example' },
  ]) {
    assert.deepEqual(await refusal(dial(port, { headers })), [403, 'origin_refused']);
  }
});

test('news of a course and its materials arrive, and only of what the asker may see', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const [me, other] = [await api.logIn(), await api.logIn()];
  const [mine, theirs] = [await makeCourse(me), await makeCourse(other)];
  const talk = await converse(dial(port, bearer(me)));
  const answer = await talk.ask({ type: 'subscribe', courses: [mine, theirs, 'no id'] });
  assert.deepEqual(answer, {
    type: 'subscribed',
    courses: [mine],
    materials: [],
    refused: [theirs, 'no id'],
  });
  const upload = (who: Caller, courseId: string) => {
    const { body, headers } = formOf([{ name: 'a.txt', content: `words of ${courseId}` }]);
    return who.call('POST', `/v1/courses/${courseId}/materials`, { body, headers });
  };
  const [theirMaterial] = (await upload(other, theirs)).json().items;
  const [material] = (await upload(me, mine)).json().items;
  const added = { type: 'course', id: mine, event: 'material.added', materialId: material.id };
  await until('it is told', async () => talk.heard.length > 0);
  assert.deepEqual(talk.heard, [added]);

  const wish = { type: 'subscribe', materials: [material.id, theirMaterial.id] };
  assert.deepEqual((await talk.ask(wish))['refused'], [theirMaterial.id]);
  await api.store.bus.publish(`subject:${material.id}`, '{"state":"done","job":"material.index"}');
  await until('it is told', async () => talk.heard.length > 1);
  const news = { type: 'material', id: material.id, state: 'done', job: 'material.index' };
  assert.deepEqual(talk.heard[1], news);
  const left = await talk.ask({ type: 'unsubscribe', courses: [mine], materials: [material.id] });
  assert.deepEqual(left['materials'], [material.id]);
  await api.store.bus.publish(`subject:${material.id}`, '{"state":"done"}');
  assert.deepEqual(await talk.ask({ type: 'ping' }), { type: 'pong' });
  assert.equal(talk.heard.length, 2);
});

test('what is no message is answered with what would be one', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const talk = await converse(dial(port, bearer(await api.logIn())));
  const nonsense = ['', 'x', '[]', 'null', '{"type":"shout"}', '{"type":"ping","more":1}'];
  for (const text of [...nonsense, { type: 'subscribe', courses: [1] }]) {
    const answer = await talk.ask(text);
    assert.deepEqual([answer['type'], answer['code']], ['error', 'invalid_message']);
  }
  talk.socket.send('x'.repeat(70_000));
  assert.equal((await talk.closed)[0], 1009);
});

test('a login that ends closes its sockets in every process, and no other', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const second = open(api.store.config, 'second');
  const secondApp = await buildApp({ ...second, log: catchLog().log });
  const secondPort = await listen(secondApp);
  after(async () => {
    await secondApp.close();
    await second.close();
  });
  const [me, other] = [await api.logIn(), await api.logIn()];
  const here = await converse(dial(port, bearer(me)));
  const there = await converse(dial(secondPort, bearer(me)));
  const stays = await converse(dial(secondPort, bearer(other)));
  await me.call('POST', '/v1/auth/logout');
  assert.equal((await here.closed)[0], 4401);
  assert.equal((await there.closed)[0], 4401);
  assert.deepEqual(await stays.ask({ type: 'ping' }), { type: 'pong' });
});

test('a role that is taken away closes the sockets of the course, also when nobody announced it', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const [owner, member, outsider] = [await api.logIn(), await api.logIn(), await api.logIn()];
  const courseId = await makeCourse(owner);
  const members = `/v1/courses/${courseId}/members/${member.userId}`;
  const enter = async () => {
    const body = { email: `${member.userId}@example.org`, role: 'editor' };
    await owner.call('PUT', `/v1/courses/${courseId}/members`, { body });
    const talk = await converse(dial(port, bearer(member)));
    const { refused } = await talk.ask({ type: 'subscribe', courses: [courseId] });
    assert.deepEqual(refused, []);
    return talk;
  };
  const bystander = await converse(dial(port, bearer(outsider)));
  const removed = await enter();
  await owner.call('DELETE', members);
  assert.equal((await removed.closed)[0], 4403);

  const demoted = await enter();
  await owner.call('PUT', members, { body: { role: 'learner' } });
  assert.equal((await demoted.closed)[0], 4403);

  // Written past the API, as by a process that ended before it could say so.
  const unannounced = await enter();
  const author = { userId: null, requestId: null, address: null };
  const learner = { courseId, userId: member.userId, role: 'learner' } as const;
  await api.store.postgres.transaction().execute((tx) => setMember(tx, learner, author));
  assert.equal((await unannounced.closed)[0], 4403);
  assert.deepEqual(await bystander.ask({ type: 'ping' }), { type: 'pong' });
});

test('a global role that is taken away closes the sockets', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const [admin, operator] = [await api.logIn('admin'), await api.logIn('operator')];
  const talk = await converse(dial(port, bearer(operator)));
  await admin.call('PATCH', `/v1/ops/users/${operator.userId}`, { body: { role: 'user' } });
  assert.equal((await talk.closed)[0], 4403);
});

test('a socket opens nowhere else, and a token in another address is not written down', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const me = await api.logIn();
  for (const path of ['/healthz', '/v1/me', '/metrics', '/openapi.json']) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?token=${me.token}`);
    sockets.push(socket);
    assert.deepEqual(await refusal(socket), [400, 'not_a_socket'], path);
  }
  const page = new WebSocket(`ws://127.0.0.1:${port}/reset-password?token=${me.token}`);
  sockets.push(page);
  page.on('error', () => undefined);
  const [, refused]: IncomingMessage[] = await once(page, 'unexpected-response');
  assert.equal(refused?.statusCode, 400);
  refused.resume();
  const nowhere = new WebSocket(`ws://127.0.0.1:${port}/nowhere?token=${me.token}`);
  sockets.push(nowhere);
  assert.equal((await refusal(nowhere))[0], 404);
  await converse(dial(port, { token: me.token }));
  assert.ok(!JSON.stringify(api.lines).includes(me.token));
});

test('a client that does not answer holds no stop up', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const talk = await converse(dial(port, bearer(await api.logIn())));
  talk.socket.pause();
  await api.app.close();
  await until('it is let go', async () => api.app.websocketServer.clients.size === 0);
});
