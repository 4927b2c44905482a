import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectLanguage } from './detect-language.ts';

test('the script with more letters decides', () => {
  assert.equal(detectLanguage('The tide comes in twice a day.'), 'english');
  assert.equal(detectLanguage('Прилив бывает дважды в день (tide).'), 'russian');
});

test('other scripts and no letters at all are taken as they are', () => {
  assert.equal(detectLanguage('潮の満ち引き'), 'simple');
  assert.equal(detectLanguage('12 + 30 = 42'), 'simple');
});

test('noise has no word forms', () => {
  assert.equal(detectLanguage('Zm9vYmFyIHF1eHh5IGt4cWo kxqzj wvbkq hzxgf pqwtr vbnmk'), 'simple');
  assert.equal(detectLanguage('Tides'), 'english');
});
