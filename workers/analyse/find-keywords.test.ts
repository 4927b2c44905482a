import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keywords } from './find-keywords.ts';
import { type Language, wordsOf } from './words.ts';

function findKeywords(text: string, language: Language = 'en', most = 5): string[] {
  const keywords = new Keywords(wordsOf[language]);
  keywords.read(text);
  return keywords.list(most);
}

test('what comes again is found, as a phrase rather than as its words, and no function words', () => {
  const found = findKeywords(
    `A spring tide is the highest tide. The spring tide comes with the new moon and with the full moon.
    Between the spring tides there is a neap tide. Neap tides are weak, and neap tides come with a half moon.`,
  );
  assert.deepEqual(found.slice(0, 2).toSorted(), ['neap tides', 'spring tide']);
  assert.ok(
    found.every((phrase) => !/\b(the|is|with|and|a)\b/.test(phrase)),
    found.join(),
  );
});

test('forms of a word count as one', () => {
  assert.deepEqual(findKeywords('A river. Of rivers. The river’s.', 'en', 1), ['river']);
  const russian = findKeywords(
    'Приливная волна сильна. После приливной волны тихо. О приливной волне пишут. Луна и луны.',
    'ru',
    2,
  );
  assert.match(russian[0] ?? '', /^приливн\S+ волн\S$/);
});

test('a word alone that comes once says nothing', () => {
  assert.deepEqual(findKeywords('The moon. The sea. The wind.'), []);
});

test('the same text gives the same keywords in the same order', () => {
  const text = 'blue whale, grey whale; grey seal. Blue sky, grey sky. whale seal';
  assert.deepEqual(findKeywords(text), findKeywords(text));
});

test('a text of a million different words is read in bounds', () => {
  const keywords = new Keywords(wordsOf.en);
  for (let page = 0; page < 50; page++) {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${page}x${i}`);
    keywords.read(`${words.join('. ')}. blue whale. blue whale.`);
  }
  assert.deepEqual(keywords.list(1), ['blue whale']);
});
