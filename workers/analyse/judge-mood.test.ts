import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mood } from './judge-mood.ts';
import { type Language, wordsOf } from './words.ts';

function judge(text: string, language: Language = 'en'): number {
  const mood = new Mood(wordsOf[language]);
  mood.read(text);
  return mood.score();
}

test('praise is above, complaint below, and neither is nothing', () => {
  const praise =
    'An excellent and helpful book. I enjoyed the clever examples; they are a delight.';
  const complaint =
    'A terrible, boring book with awful errors. The examples are wrong and useless.';
  assert.ok(judge(praise) > 0.4, String(judge(praise)));
  assert.ok(judge(complaint) < -0.4, String(judge(complaint)));
  assert.equal(judge('The moon goes around the earth in a month.'), 0);
  assert.equal(judge(''), 0);
});

test('a negation turns it round, within its clause and not for long', () => {
  assert.ok(judge('This is not good.') < 0);
  assert.ok(judge('Nothing wrong, never a problem.') > 0);
  assert.ok(judge('No. It is good.') > 0);
  assert.ok(judge('Not on any of all these many days was it good.') > 0);
});

test('words that only begin like others say nothing', () => {
  assert.equal(
    judge('Made in winter, the message illustrates a fundamental function of badges.'),
    0,
  );
  assert.equal(judge('Большой радиус, ранний миллион, художник и винт.', 'ru'), 0);
});

test('the same in Russian', () => {
  assert.ok(judge('Прекрасная, полезная книга. Отличные примеры, спасибо!', 'ru') > 0.4);
  assert.ok(judge('Ужасная, скучная книга с ошибками. Плохие примеры.', 'ru') < -0.4);
  assert.ok(judge('Это не хорошо.', 'ru') < 0);
});
