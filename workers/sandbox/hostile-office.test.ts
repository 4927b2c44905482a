import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHostileOffice } from '../testing/hostile/hostile-office.ts';
import { offerAll } from '../testing/hostile/offer-all.ts';

test('documents and slides that unpack to everything, or reach for what is not theirs, harm nobody', async () => {
  const ends = await offerAll(makeHostileOffice);
  const bombs = ['of two gigabytes of nothing', 'that says it is ten bytes and is two gigabytes'];
  for (const bomb of bombs) assert.match(ends.get(`a part ${bomb}`) ?? '', /expands_too_much/);
  assert.match(ends.get('a million parts') ?? '', /^failed too_many_parts/);
  // The bomb lies in a document that the first one holds; what stands around it is read.
  assert.match(ends.get('a document that holds bombs') ?? '', /^(ready|partial)/);
  assert.match(ends.get('pictures and templates from elsewhere') ?? '', /^(ready|partial)/);
});
