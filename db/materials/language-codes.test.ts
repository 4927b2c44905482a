import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalTag, codeOfLanguage, nameOfLanguage } from './language-codes.ts';

test('languages are known by their names and by the codes of models and of films', () => {
  const told = ['english', ' Russian ', 'en', 'eng', 'ger', 'zh_CN', 'castilian', 'javanese', 'jw'];
  assert.deepEqual(told.map(codeOfLanguage), [
    'en',
    'ru',
    'en',
    'en',
    'de',
    'zh',
    'es',
    'jv',
    'jv',
  ]);
  for (const none of ['', 'und', 'mul', 'klingon', '日本語', undefined, null]) {
    assert.equal(codeOfLanguage(none), null, String(none));
  }
  assert.equal(nameOfLanguage('ru'), 'Russian');
});

test('tags are written as all write them', () => {
  assert.deepEqual(['PT-br', 'en', 'ger', 'und', undefined].map(canonicalTag), [
    'pt-BR',
    'en',
    'de',
    undefined,
    undefined,
  ]);
});
