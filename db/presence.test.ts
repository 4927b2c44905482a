import assert from 'node:assert/strict';
import { createServer, connect as connectTo, type Socket } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { announce } from './presence.ts';
import { connect, openPool } from './postgres/connect.ts';
import { listProcesses } from './postgres/processes.ts';
import { freshStore } from './testing/fresh-store.ts';
import { until } from './testing/until.ts';

const store = await freshStore();

test('a process is on the list from its start to its close', async () => {
  const presence = await announce(store, { role: 'workers', takes: ['extract'] });
  const [seen] = await listProcesses(store.postgres);
  assert.deepEqual([seen?.role, seen?.takes, seen?.pid], ['workers', ['extract'], process.pid]);
  await presence.close();
  assert.deepEqual(await listProcesses(store.postgres), []);
});

test('its row is kept fresh', async () => {
  const presence = await announce(store, { role: 'relay', takes: [], everyMs: 20 });
  const [first] = await listProcesses(store.postgres);
  assert.ok(first);
  await until('a later word', async () => {
    const [now] = await listProcesses(store.postgres);
    return now && now.seenAt > first.seenAt;
  });
  await presence.close();
});

test('a database that is away at the start and goes away later is told of once each time, and waited for', async () => {
  const door = await openDoor(store.config.databaseUrl ?? '');
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const pool = openPool({
    url: door.url,
    connections: 2,
    statementTimeoutMs: 2_000,
    onError: () => undefined,
  });
  const postgres = connect(pool);
  const isListed = async () => (await listProcesses(store.postgres)).length > 0;
  const count = (words: string) => lines.filter((line) => line.includes(words)).length;

  door.shut();
  const presence = await announce({ postgres, log }, { role: 'api', takes: [], everyMs: 20 });
  const turnedAway = door.turnedAway();
  await until('some more tries', async () => door.turnedAway() >= turnedAway + 3);
  assert.equal(await isListed(), false);
  assert.equal(count('cannot tell the database'), 1);

  door.open();
  await until('the first word', isListed);
  await until('the relief', async () => count('the database is back') === 1);

  door.shut();
  const later = door.turnedAway();
  await until('tries in the second outage', async () => door.turnedAway() >= later + 3);
  assert.equal(count('cannot tell the database'), 2);

  await presence.close();
  assert.equal(await isListed(), true);
  await postgres.destroy();
  await door.close();
});

/** A TCP door before the database that can be shut: connections break and new ones are refused. */
async function openDoor(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  let turnedAway = 0;
  const server = createServer((socket) => {
    if (!isOpen) {
      turnedAway++;
      socket.destroy();
      return;
    }
    const inner = connectTo(Number(target.port), target.hostname);
    for (const [from, to] of [[socket, inner] as const, [inner, socket] as const]) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    turnedAway: () => turnedAway,
    open: () => void (isOpen = true),
    shut: () => {
      isOpen = false;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
