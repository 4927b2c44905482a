import { test } from 'node:test';
import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { crashAlways, freezeWorker, killWorkers } from './faults.ts';

const skip = testRedisUrl === undefined && 'this machine has no redis-server';

test('kill -9 of workers loses no job and doubles no effect, on postgres', () =>
  killWorkers({ queue: 'postgres', jobs: 60, kills: 8 }));
test('kill -9 of workers loses no job and doubles no effect, on redis', { skip }, () =>
  killWorkers({ queue: 'redis', jobs: 60, kills: 8 }),
);
test('a worker that was frozen past its lock writes nothing when it wakes', () =>
  freezeWorker({ queue: 'postgres' }));
test('a job that always kills its process becomes a dead letter, its neighbours are done', () =>
  crashAlways({ queue: 'postgres', neighbours: 30 }));
