import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Material } from '@lectern/db/postgres/materials';
import { describeMaterial } from './describe-material.ts';

const material: Material = {
  id: '01a00000-0000-7000-8000-000000000001',
  course_id: '01a00000-0000-7000-8000-000000000002',
  owner_id: '01a00000-0000-7000-8000-000000000003',
  file_name: 'a.txt',
  media_type: 'text/plain',
  kind: 'text',
  size_bytes: 5,
  sha256: 'ab',
  object_key: 'materials/c/m/original.txt',
  language: null,
  analysis: null,
  title: null,
  author: null,
  page_count: null,
  duration_ms: null,
  source_url: null,
  created_at: new Date(0),
};

type Run = Parameters<typeof describeMaterial>[1][number];

const run = (id: string, job: string, state: Run['state'], more: Partial<Run> = {}): Run => ({
  id,
  job,
  state,
  progress: 0,
  error: null,
  started_at: state === 'queued' ? null : new Date(1_000),
  finished_at: ['done', 'failed', 'cancelled'].includes(state) ? new Date(2_000) : null,
  ...more,
});
const extract = (state: Run['state'], more?: Partial<Run>) =>
  run('1', 'material.extract', state, more);
const index = (state: Run['state'], more?: Partial<Run>) => run('2', 'material.index', state, more);
const analyse = (state: Run['state'], more?: Partial<Run>) =>
  run('3', 'material.analyse', state, more);

test('the status follows from the runs', () => {
  const error = { code: 'text_too_large', message: 'This text is too large.' };
  const cases: [string, Run[], string, string][] = [
    ['nothing yet', [], 'queued', 'waiting waiting waiting'],
    ['waits', [extract('queued')], 'queued', 'waiting waiting waiting'],
    ['is read', [extract('running')], 'processing', 'running waiting waiting'],
    [
      'waits for another try',
      [extract('queued', { started_at: new Date(1) })],
      'processing',
      'waiting waiting waiting',
    ],
    ['between two stages', [extract('done')], 'processing', 'done waiting waiting'],
    ['is indexed', [extract('done'), index('running')], 'processing', 'done running waiting'],
    ['is analysed', [extract('done'), index('done')], 'processing', 'done done waiting'],
    ['all done', [extract('done'), index('done'), analyse('done')], 'ready', 'done done done'],
    ['cannot be read', [extract('cancelled', { error })], 'failed', 'failed skipped skipped'],
    [
      'cannot be indexed',
      [extract('done'), index('failed', { error })],
      'partial',
      'done failed skipped',
    ],
  ];
  for (const [what, runs, status, stages] of cases) {
    const described = describeMaterial(material, runs);
    assert.equal(described.status, status, what);
    assert.equal(described.stages.map((stage) => stage.status).join(' '), stages, what);
  }
});

test('a stage that waits for others who do its work runs, and tells how long it still takes', () => {
  const now = 21_000;
  const waits = extract('queued', { started_at: new Date(1_000), progress: 0.25 });
  const [stage] = describeMaterial(material, [waits], now).stages;
  assert.deepEqual([stage?.status, stage?.progress, stage?.secondsLeft], ['running', 0.25, 60]);
});

test('a stage tells how far it is, and why it failed', () => {
  const error = { code: 'text_too_large', message: 'This text is too large.' };
  const [running] = describeMaterial(
    material,
    [extract('running', { progress: 0.25 })],
    5_000,
  ).stages;
  assert.deepEqual(running, {
    name: 'extract',
    status: 'running',
    progress: 0.25,
    secondsLeft: 12,
    startedAt: '1970-01-01T00:00:01.000Z',
    finishedAt: null,
  });
  const [failed, skipped] = describeMaterial(material, [extract('failed', { error })]).stages;
  assert.deepEqual(failed?.error, error);
  assert.equal(failed?.finishedAt, '1970-01-01T00:00:02.000Z');
  assert.deepEqual(skipped, {
    name: 'index',
    status: 'skipped',
    progress: 0,
    startedAt: null,
    finishedAt: null,
  });
});

test('a new round hides what the round before has done', () => {
  const again = run('4', 'material.extract', 'running');
  const runs = [extract('done'), index('done'), analyse('done'), again];
  const described = describeMaterial(material, runs);
  assert.equal(described.status, 'processing');
  assert.deepEqual(
    described.stages.map(({ status }) => status),
    ['running', 'waiting', 'waiting'],
  );
});

test('a stage that did a part of its work is done, says what is missing, and makes the material partial', () => {
  const error = { code: 'pages_damaged', message: 'Two of its pages are damaged.' };
  const runs = [extract('done', { error }), index('done'), analyse('done')];
  const { status, stages } = describeMaterial(material, runs);
  assert.equal(status, 'partial');
  assert.deepEqual([stages[0]?.status, stages[0]?.error], ['done', error]);
  const underWay = describeMaterial(material, [extract('done', { error }), index('running')]);
  assert.equal(underWay.status, 'processing');
});

test('a round that failed leaves the text of the round before, and the material partial', () => {
  const error = { code: 'file_damaged', message: 'It cannot be read.' };
  const again = run('4', 'material.extract', 'cancelled', { error });
  const runs = [extract('done'), index('done'), analyse('done'), again];
  const analysed = { ...material, analysis: { words: 2, readingMinutes: 1, keywords: [] } };
  const { status, stages } = describeMaterial(analysed, runs);
  assert.deepEqual([status, stages[0]?.error], ['partial', error]);
  // Of a file that was replaced nothing is left, whatever was done before.
  assert.equal(describeMaterial(material, runs).status, 'failed');
});

test('what nobody can read has failed, though a picture of it was made or its file was fetched', () => {
  const error = { code: 'password_protected', message: 'Upload it without one.' };
  const failed = extract('cancelled', { error });
  const drawn = run('2', 'material.thumbnail', 'done');
  const document = { ...material, kind: 'document' } as const;
  assert.equal(describeMaterial(document, [failed, drawn]).status, 'failed');
  const fetched = run('0', 'material.fetch', 'done');
  const fromAway = { ...material, source_url: 'https://example.org/a.txt' };
  assert.equal(describeMaterial(fromAway, [fetched, failed]).status, 'failed');
});

test('an image whose words cannot be read can still be seen', () => {
  const error = { code: 'ocr_unavailable', message: 'Language data is missing.' };
  const runs = [
    run('1', 'material.ocr', 'cancelled', { error }),
    run('2', 'material.thumbnail', 'done'),
  ];
  assert.equal(describeMaterial({ ...material, kind: 'image' }, runs).status, 'partial');
});

test('a stage that had nothing to do is skipped as soon as what comes after it has begun', () => {
  const document = { ...material, kind: 'document' } as const;
  const drawn = run('1', 'material.thumbnail', 'done');
  const ofDocument = (...runs: Run[]) => {
    const { status, stages } = describeMaterial(document, [...runs, drawn]);
    return `${status}: ${stages.map((stage) => stage.status).join(' ')}`;
  };
  assert.equal(ofDocument(extract('done')), 'processing: done waiting waiting waiting done');
  const passedOver = [extract('done'), index('queued')];
  assert.equal(ofDocument(...passedOver), 'processing: done skipped waiting waiting done');
  const whole = [extract('done'), index('done'), analyse('done')];
  assert.equal(ofDocument(...whole), 'ready: done skipped done done done');
  const again = run('4', 'material.extract', 'done');
  assert.equal(ofDocument(...whole, again), 'processing: done waiting waiting waiting done');
});
