import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mendScripts } from './mend-scripts.ts';

function mend(...lines: string[]): string[] {
  const words = (line: string) =>
    line.split(' ').map((text) => ({ text, confidence: 90, edges: [0, 0, 1, 1] as const }));
  const mended = mendScripts([{ lines: lines.map((line) => ({ words: words(line) })) }]);
  return mended.flatMap((paragraph) =>
    paragraph.lines.map((line) => line.words.map(({ text }) => text).join(' ')),
  );
}

test('a word of two alphabets becomes one of one', () => {
  assert.deepEqual(mend('\u041cockva'), ['Mockva'], 'the first letter was Cyrillic');
  assert.deepEqual(mend('Mосква'), ['Москва'], 'the first letter was Latin');
});

test('short words among Russian ones are Russian, Latin abbreviations and names are not', () => {
  assert.deepEqual(mend('Ho вода поднимается c Луной'), ['Но вода поднимается с Луной']);
  const latin = 'запрос по протоколу HTTP и файл Excel для работы';
  assert.deepEqual(mend(latin), [latin]);
});

test('on an English page stray Cyrillic letters that look Latin are Latin', () => {
  const english = 'What immortal hand could frame thy fearful symmetry in the forests of night';
  const mended = mend(english, english, english, 'hand ог еуе');
  assert.equal(mended.at(-1), 'hand or eye');
});

test('a page in two languages stays as it was read', () => {
  const lines = ['mother — мать', 'nose — нос', 'water — вода и море'];
  assert.deepEqual(mend(...lines), lines);
});
