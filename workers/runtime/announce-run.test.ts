import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyseMaterial } from '@lectern/db/jobs/analyse';
import type { JobContract } from '@lectern/db/jobs/define-job';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { indexMaterial } from '@lectern/db/jobs/indexing';
import type { MaterialPayload } from '@lectern/db/jobs/material-payload';
import { newId } from '@lectern/db/postgres/new-id';
import { Cancel } from '@lectern/db/queue/outcomes';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { addMaterial } from '../testing/add-material.ts';
import { runStage } from '../testing/run-stage.ts';
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

test('whoever watches a course hears what became of a material once its last stage has ended', async () => {
  const store = await freshStore();
  const { id: materialId, courseId } = await addMaterial(store, { bytes: Buffer.from('words') });
  const heard: Record<string, unknown>[] = [];
  await store.bus.subscribe(`subject:${courseId}`, (message) => {
    const news: Record<string, unknown> = JSON.parse(message);
    heard.push(news);
  });
  const endWith = async (job: JobContract<typeof MaterialPayload>, error?: Error) => {
    const handle = async () => {
      if (error !== undefined) throw error;
    };
    const worker = defineWorker({ name: 'stage', job, concurrency: 1, handle });
    await runStage(store, worker, materialId);
  };
  await endWith(extractMaterial);
  await endWith(indexMaterial);
  await endWith(analyseMaterial);
  await until('it is ready', async () => heard.length > 0);
  assert.deepEqual(heard[0], { event: 'material.ready', materialId });
  await endWith(analyseMaterial, new Cancel('text_empty', 'There is no text.'));
  const last = { event: 'material.partial', materialId };
  await until('it is partial', async () => heard.at(-1)?.['event'] === last.event);
  assert.deepEqual(heard.at(-1), last);
  await endWith(extractMaterial, new Cancel('file_damaged', 'It cannot be read.'));
  await until('it failed', async () => heard.at(-1)?.['event'] === 'material.failed');
});
