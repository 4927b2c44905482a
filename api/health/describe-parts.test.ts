import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenProcess } from '@lectern/db/postgres/processes';
import type { QueueGauge } from '@lectern/db/postgres/queue-gauges';
import { describeParts, describeSeconds } from './describe-parts.ts';
import type { Sight } from './look-at-parts.ts';

const settings = {
  queueUrl: undefined,
  redisUrl: undefined,
  objectsUrl: undefined,
  telegramToken: undefined,
};

function seen(role: string, takes: readonly string[] = []): SeenProcess {
  const at = new Date();
  return { id: role, role, takes, host: 'secret-host', pid: 4711, startedAt: at, seenAt: at };
}

function gauge(waiting: number, oldestSeconds: number): QueueGauge {
  return { job: 'material.extract', waiting, running: 0, dead: 0, oldestSeconds };
}

const whole: Sight = {
  database: true,
  objects: true,
  bus: true,
  cache: true,
  queueServer: true,
  queues: [],
  processes: [seen('relay'), seen('workers', ['index', 'extract']), seen('operations')],
  hasUsers: true,
  at: new Date(),
};

function part(
  name: string,
  sight: Sight,
  its: Partial<Record<keyof typeof settings, string>> = {},
) {
  const found = describeParts(sight, { ...settings, ...its }).find((each) => each.name === name);
  assert.ok(found, name);
  return found;
}

test('an installation on one machine that is whole has nothing bad or doubtful', () => {
  const parts = describeParts(whole, settings);
  assert.deepEqual(
    parts.filter(({ state }) => state !== 'good').map(({ name, state }) => [name, state]),
    [['Telegram bot', 'off']],
  );
  assert.match(part('Telegram bot', whole).note, /TELEGRAM_BOT_TOKEN/);
  assert.equal(part('Workers', whole).note, 'Takes extract, index.');
});

test('nothing of machines and settings is told', () => {
  const its = {
    queueUrl: 'redis://queue-host',
    redisUrl: 'redis://bus-host',
    objectsUrl: 's3://key:pass@s3-host/b',
    telegramToken: '1:token',
  };
  const told = JSON.stringify(describeParts(whole, { ...settings, ...its }));
  assert.doesNotMatch(told, /host|4711|pass|1:token/);
  assert.match(told, /In S3/);
  assert.match(told, /In Redis/);
});

test('the queue says how much waits and for how long, and is behind after a minute', () => {
  const one = part('Queue', { ...whole, queues: [gauge(1, 3)] });
  assert.deepEqual([one.state, one.note], ['good', 'In PostgreSQL. 1 job waits for 3 s.']);
  const many = part('Queue', { ...whole, queues: [gauge(3, 2), gauge(4, 600)] });
  assert.equal(many.state, 'warn');
  assert.equal(many.note, 'In PostgreSQL. 7 jobs wait, the oldest for 10 minutes.');
  assert.equal(part('Queue', { ...whole, queueServer: false }).state, 'bad');
});

test('work that nobody would do is bad: no relay, no workers', () => {
  for (const name of ['Relay', 'Workers']) {
    assert.equal(part(name, { ...whole, processes: [seen('operations')] }).state, 'bad');
  }
});

test('processes that take the same are one entry, others have their own', () => {
  const processes = [
    seen('workers', ['extract']),
    seen('workers', ['extract']),
    seen('workers', ['index']),
  ];
  const workers = describeParts({ ...whole, processes }, settings).filter(
    ({ name }) => name === 'Workers',
  );
  assert.deepEqual(
    workers.map(({ word, note }) => [word, note]),
    [
      ['2 run', 'Takes extract.'],
      ['Runs', 'Takes index.'],
    ],
  );
});

test('a bot with a token that does not run is worth a look, one that runs is well', () => {
  const its = { telegramToken: '1:token' };
  assert.equal(part('Telegram bot', whole, its).state, 'warn');
  const processes = [seen('telegram')];
  assert.equal(part('Telegram bot', { ...whole, processes }, its).state, 'good');
});

test('without the database it is not known which processes run', () => {
  const away = { ...whole, database: false, queues: undefined, processes: undefined };
  assert.equal(part('Database', away).state, 'bad');
  for (const name of ['Queue', 'Relay', 'Workers', 'Operations dashboard']) {
    assert.equal(part(name, away).state, 'unknown', name);
  }
  assert.equal(part('Telegram bot', away).state, 'off');
});

test('a time is told in words that fit its length', () => {
  const told = [0.2, 1, 119, 120, 7_199, 7_200, 200_000].map(describeSeconds);
  assert.deepEqual(told, [
    'less than a second',
    '1 s',
    '119 s',
    '2 minutes',
    '119 minutes',
    '2 hours',
    '2 days',
  ]);
});
