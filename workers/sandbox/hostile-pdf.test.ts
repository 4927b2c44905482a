import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHostilePdfs } from '../testing/hostile/hostile-pdf.ts';
import { offerAll } from '../testing/hostile/offer-all.ts';

test('PDFs that never end, or reach for what is not theirs, harm nobody', async () => {
  const ends = await offerAll(makeHostilePdfs);
  assert.match(ends.get('a stream of two gigabytes') ?? '', /^failed needs_too_much_memory/);
  assert.match(ends.get('objects that are each other') ?? '', /^failed file_damaged/);
  assert.match(ends.get('an index that points to itself') ?? '', /^ready/);
});
