import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHostileNames } from '../testing/hostile/hostile-names.ts';
import { makeHostilePictures } from '../testing/hostile/hostile-pictures.ts';
import { offerAll } from '../testing/hostile/offer-all.ts';

test('pictures larger than memory, what only calls itself a picture, and names that lead out harm nobody', async () => {
  const ends = await offerAll((lure) => [...makeHostilePictures(lure), ...makeHostileNames()]);
  assert.match(ends.get('a PNG of 100,000 × 100,000') ?? '', /^failed too_many_pixels/);
  assert.match(ends.get('a GIF of 65,535 × 65,535') ?? '', /^failed too_many_pixels/);
  for (const misnamed of ['a program named .pdf', 'a page named .png', 'a vector picture']) {
    assert.equal(ends.get(misnamed), '415 unsupported_media', misnamed);
  }
  assert.equal(ends.get('an empty file'), '422 file_empty');
  for (const name of ['a name that leads out', 'a name of smiles', 'a name of 10 kB']) {
    assert.equal(ends.get(name), 'ready', name);
  }
});
