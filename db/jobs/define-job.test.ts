import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { contracts } from './contracts.ts';
import { defineJob, fitsPayload, Id, retryDelayMs } from './define-job.ts';
import type { MaterialKind } from '../postgres/tables.ts';
import { firstStages, nextStages, pipeline } from './pipeline.ts';
import { schedules } from './schedule.ts';

test('a job is named subject.verb, which is also a name that queues accept', () => {
  const payload = Type.Object({});
  assert.throws(() => defineJob({ name: 'ocr', payload }), /is not subject\.verb/);
  assert.throws(() => defineJob({ name: 'a:b.c', payload }), /is not subject\.verb/);
  assert.equal(new Set(contracts.map(({ name }) => name)).size, contracts.length);
});

test('a payload fits when it is what the contract says, and only then', () => {
  const job = defineJob({
    name: 'test.fits',
    payload: Type.Object({ materialId: Id }, { additionalProperties: false }),
  });
  const materialId = '01a1fab3-b2ca-7000-b492-530b168a9bd7';
  assert.ok(fitsPayload(job, { materialId }));
  for (const wrong of [{}, { materialId: 7 }, { materialId: 'x' }, { materialId, more: 1 }, null]) {
    assert.ok(!fitsPayload(job, wrong), JSON.stringify(wrong));
  }
});

test('retries wait twice as long each time, up to a limit, spread over half of it', () => {
  const retry = { attempts: 9, delayMs: 1_000, maxDelayMs: 6_000 };
  const longest = [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(retry, attempt, 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 6_000, 6_000]);
  assert.equal(retryDelayMs(retry, 3, 0), 2_000);
});

test('each stage of a pipeline has a contract, begins by itself or after another of the same kind', () => {
  for (const stages of Object.values(pipeline)) {
    const names = stages.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { after, job } of stages) {
      assert.ok(contracts.includes(job), `${job.name} is in contracts.ts`);
      assert.ok(after === undefined || names.includes(after));
    }
  }
});

test('text is read, then indexed, then analysed', () => {
  assert.deepEqual(
    firstStages('text').map(({ name }) => name),
    ['extract'],
  );
  assert.deepEqual(
    nextStages('text', 'material.extract').map(({ name }) => name),
    ['index'],
  );
  assert.deepEqual(
    nextStages('text', 'material.index').map(({ name }) => name),
    ['analyse'],
  );
  assert.deepEqual(nextStages('text', 'material.analyse'), []);
  assert.deepEqual(nextStages('text', 'system.canary'), []);
});

test('words in pictures are read before a document is searched, and its thumbnail waits for nothing', () => {
  const ways = (kind: MaterialKind, job: string) => nextStages(kind, job).map(({ name }) => name);
  for (const kind of ['document', 'presentation'] as const) {
    assert.deepEqual(
      firstStages(kind).map(({ name }) => name),
      ['extract', 'thumbnail'],
    );
    assert.deepEqual(ways(kind, 'material.extract'), ['ocr']);
    assert.deepEqual(ways(kind, 'material.ocr'), ['index']);
  }
  assert.deepEqual(
    firstStages('image').map(({ name }) => name),
    ['ocr', 'thumbnail'],
  );
  assert.deepEqual(ways('image', 'material.ocr'), ['index']);
});

test('a recording is probed before anything else is done with it', () => {
  for (const kind of ['audio', 'video'] as const) {
    assert.deepEqual(
      firstStages(kind).map(({ name }) => name),
      ['probe'],
    );
  }
});

test('each schedule has a contract and a name of its own', () => {
  assert.equal(new Set(schedules.map(({ name }) => name)).size, schedules.length);
  for (const { job } of schedules) assert.ok(contracts.includes(job));
});
