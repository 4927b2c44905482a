import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { formOf, freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';
import { openSocket, readAnswer } from '../testing/raw-http.ts';

const head = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;

function checkTimeout(answer: Awaited<ReturnType<typeof readAnswer>>): void {
  assert.equal(answer.status, 408);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  assert.equal(answer.headers['connection'], 'close');
  const { code }: { code?: unknown } = JSON.parse(answer.body);
  assert.equal(code, 'request_timeout');
}

test('a JSON body has to arrive in time as a whole, also when bytes keep dropping in', async () => {
  const api = await freshApi({ LECTERN_BODY_TIMEOUT_MS: '500' });
  const me = await api.logIn();
  const port = await listen(api.app);
  const before = await countAll(api.store);
  for (const drips of [false, true]) {
    const socket = openSocket(port);
    const answer = readAnswer(socket);
    socket.write(
      head([
        'POST /v1/courses HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${me.token}`,
        'Content-Type: application/json',
        'Content-Length: 1000',
      ]),
    );
    socket.write('{"title":"');
    const timer = setInterval(() => drips && socket.write('x'), 50);
    checkTimeout(await answer);
    clearInterval(timer);
  }
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
});

test('an upload may take its time but not pause', async () => {
  const api = await freshApi({ LECTERN_BODY_TIMEOUT_MS: '600' });
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const port = await listen(api.app);
  const { body, headers } = formOf([{ name: 'slow.txt', content: 'slow '.repeat(20) }]);
  const lines = [
    `POST /v1/courses/${courseId}/materials HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${me.token}`,
    `Content-Type: ${headers['content-type']}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  const pausing = openSocket(port);
  const refused = readAnswer(pausing);
  pausing.write(head(lines));
  pausing.write(body.subarray(0, body.length - 60));
  checkTimeout(await refused);
  assert.deepEqual(await listObjects(api.store.objects), []);

  const slow = openSocket(port);
  const taken = readAnswer(slow);
  slow.write(head(lines));
  const startedMs = performance.now();
  for (let at = 0; at < body.length; at += 40) {
    slow.write(body.subarray(at, at + 40));
    await sleep(200);
  }
  assert.equal((await taken).status, 202);
  assert.ok(performance.now() - startedMs > 1_000, 'it took longer than a pause may');
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
});

test('whoever goes on sending after a refusal is cut off in the end', async () => {
  const api = await freshApi({ LECTERN_BODY_TIMEOUT_MS: '300' });
  const port = await listen(api.app);
  const socket = openSocket(port);
  socket.write(
    head([
      'POST /v1/courses HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]),
  );
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20);
  const answer = await readAnswer(socket);
  clearInterval(timer);
  assert.equal(answer.status, 401);
  await until('the connection is gone', async () => socket.destroyed);
});
