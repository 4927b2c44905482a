import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyseMaterial } from '@lectern/db/jobs/analyse';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { runTwice } from '../testing/run-twice.ts';
import { defineWorker } from './define-worker.ts';

test('whoever watches a subject hears which stage of it began, how far it is and that it ended', async () => {
  const store = await freshStore();
  const materialId = newId();
  const heard: Record<string, unknown>[] = [];
  await store.bus.subscribe(`subject:${materialId}`, (message) => {
    const news: Record<string, unknown> = JSON.parse(message);
    heard.push(news);
  });
  const worker = defineWorker({
    name: 'analyse',
    job: analyseMaterial,
    concurrency: 1,
    handle: async ({ progress }) => {
      progress(0.4);
      await until('it is heard', async () => heard.some((news) => news['progress'] === 0.4));
    },
  });
  const run = await runTwice(store, worker, {
    payload: { materialId },
    meta: { subject: materialId },
  });
  await until('the end is heard', async () => heard.some(({ state }) => state === 'done'));
  const about = { runId: run.id, job: 'material.analyse', stage: 'analyse' };
  assert.deepEqual(heard.slice(0, 3), [
    { ...about, state: 'running' },
    { ...about, state: 'running', progress: 0.4 },
    { ...about, state: 'done', progress: 1 },
  ]);
});
