import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stagesOf, stagesOfFetched } from '@lectern/db/jobs/pipeline';
import { type Only, stagesToRepeat } from './stages-to-repeat.ts';

type Told = 'done' | 'loss' | 'failed' | 'skipped' | 'waiting';

function repeat(told: Readonly<Record<string, Told>>, only: Only, isPending = false): string {
  const planned = 'fetch' in told ? stagesOfFetched('document') : stagesOf('document');
  const stages = Object.entries(told).map(([name, as]) => ({
    name,
    status: as === 'loss' ? ('done' as const) : as,
    progress: 0,
    startedAt: null,
    finishedAt: null,
    ...((as === 'loss' || as === 'failed') && { error: { code: 'x', message: 'X.' } }),
  }));
  const begun = stagesToRepeat({ planned, stages, isPending }, only);
  return begun.map(({ name }) => name).join(' ');
}

const good = {
  extract: 'done',
  ocr: 'done',
  index: 'done',
  analyse: 'done',
  thumbnail: 'done',
} as const;

test('all begins with what waits for nothing', () => {
  assert.equal(repeat(good, 'all'), 'extract thumbnail');
  assert.equal(repeat({ fetch: 'done', ...good }, 'all'), 'extract thumbnail');
});

test('failed begins with the first stage of each way that failed or lost something', () => {
  assert.equal(repeat(good, 'failed'), '');
  assert.equal(repeat({ ...good, ocr: 'skipped' }, 'failed'), '', 'it was passed over');
  assert.equal(repeat({ ...good, ocr: 'loss' }, 'failed'), 'ocr');
  assert.equal(repeat({ ...good, thumbnail: 'failed' }, 'failed'), 'thumbnail');
  assert.equal(repeat({ ...good, index: 'failed', analyse: 'skipped' }, 'failed'), 'index');
  assert.equal(repeat({ ...good, extract: 'loss', index: 'failed' }, 'failed'), 'extract');
  assert.equal(repeat({ ...good, ocr: 'loss', thumbnail: 'failed' }, 'failed'), 'ocr thumbnail');
  assert.equal(repeat({ ...good, analyse: 'waiting' }, 'failed'), 'analyse', 'it was lost');
});

test('a file that never came is fetched, whatever was asked for', () => {
  const none = {
    fetch: 'failed',
    extract: 'skipped',
    ocr: 'skipped',
    index: 'skipped',
    analyse: 'skipped',
    thumbnail: 'skipped',
  } as const;
  assert.equal(repeat(none, 'all', true), 'fetch');
  assert.equal(repeat(none, 'failed', true), 'fetch');
});
