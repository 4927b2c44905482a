import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStream } from './event-stream.ts';

/** What the client got so far. */
const textOf = ({ body }: EventStream) => String(body.read() ?? '');

test('an event has a name and an id where they are given, and its data on one line', () => {
  const stream = new EventStream();
  stream.send({ data: [] });
  assert.match(textOf(stream), /^retry: \d+\ndata: \[\]\n\n$/);
  stream.send({ event: 'gone', id: '7', data: { words: 'one\ntwo' } });
  assert.equal(textOf(stream), 'event: gone\nid: 7\ndata: {"words":"one\\ntwo"}\n\n');
  stream.send({ data: {} });
  assert.equal(textOf(stream), 'data: {}\n\n');
});

test('a client that takes what it is sent answers pings, and one that does not is silent', () => {
  const stream = new EventStream();
  let pongs = 0;
  stream.on('pong', () => pongs++);
  stream.ping();
  assert.equal(pongs, 1);
  stream.ping();
  assert.equal(pongs, 1, 'the comment before was not taken');
  assert.equal(textOf(stream), ': still here\n\n', 'and none was put on top of it');
  stream.ping();
  assert.equal(pongs, 2);
});

test('it closes once, with the reason as its last event, and nothing is sent after that', async () => {
  const stream = new EventStream();
  let closes = 0;
  stream.on('close', () => closes++);
  stream.close(4403, 'the role changed');
  stream.send({ data: { late: true } });
  stream.close(4401, 'the login is over');
  const text = Buffer.concat(await stream.body.toArray()).toString();
  assert.ok(
    text.endsWith('event: gone\ndata: {"code":4403,"reason":"the role changed"}\n\n'),
    text,
  );
  assert.deepEqual([closes, stream.isOpen], [1, false]);
});

test('a client that goes away closes it', async () => {
  const stream = new EventStream();
  const closed = new Promise<void>((resolve) => stream.on('close', resolve));
  stream.terminate();
  await closed;
  assert.equal(stream.isOpen, false);
});
