import { test } from 'node:test';
import { crashAlways, freezeWorker, killWorkers } from './faults.ts';

for (const queue of ['postgres', 'redis'] as const) {
  test(`100 kills of workers during 1,000 jobs on ${queue}`, () =>
    killWorkers({ queue, jobs: 1_000, kills: 100 }));
  test(`a frozen worker on ${queue}`, () => freezeWorker({ queue }));
  test(`a job that always kills its process beside 100 others on ${queue}`, () =>
    crashAlways({ queue, neighbours: 100 }));
}
