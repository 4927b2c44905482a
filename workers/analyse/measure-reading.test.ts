import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countText, rateReading } from './measure-reading.ts';
import { wordsOf } from './words.ts';

const { en, ru } = wordsOf;

test('syllables are counted as they are spoken', () => {
  const english =
    'the:1 sea:1 made:1 table:2 rivers:2 moved:1 wanted:2 beautiful:3 education:4 idea:2 rhythm:1 boxes:2 times:1';
  const russian = 'море:2 приливы:3 луна:2 в:1 водохранилище:6';
  const count = (text: string, language: typeof en) =>
    text.replaceAll(/(\S+):\d+/g, (_, word: string) => `${word}:${language.countSyllables(word)}`);
  assert.equal(count(english, en), english);
  assert.equal(count(russian, ru), russian);
});

test('sentences end at a stop, at the end of a line, and not within a number', () => {
  const text = 'Tides\n\nIt is 3.14 m. Is it? “Yes!” he said…\n- one\n- two\n';
  assert.equal(countText(text, en).sentences, 1 + 4 + 2);
  assert.equal(countText('', en).sentences, 0);
  assert.equal(countText('7 — 8', en).words, 0);
});

test('words for children are easier than words for lawyers, in both languages', () => {
  const rate = (text: string, language = en) => rateReading(countText(text, language), language);
  const easy = 'The cat sat on the mat. It saw a dog. The dog ran to the cat. They sat in the sun.';
  const hard =
    'Notwithstanding considerations regarding jurisdictional applicability, organisational representatives acknowledge responsibilities concerning intellectual property administration, indemnification obligations, confidentiality requirements and supplementary documentation.';
  assert.equal(rate(easy)?.level, 'very_easy');
  assert.deepEqual(rate(hard), { ease: 0, level: 'very_difficult' });
  const simple =
    'Кот сел на мат. Он ел суп. Пёс бежал за ним. Кот не спал. Мы пили чай. День был тёплый. Они пошли в лес.';
  const official =
    'Осуществление государственного регулирования инвестиционной деятельности предусматривает совершенствование законодательного обеспечения функционирования экономических взаимоотношений, регламентирующих ответственность заинтересованных организаций, учреждений, индивидуальных предпринимателей, исполнительных органов.';
  assert.ok((rate(simple, ru)?.ease ?? 0) > 70, JSON.stringify(rate(simple, ru)));
  assert.equal(rate(official, ru)?.ease, 0);
});

test('of a few words nothing is said', () => {
  assert.equal(rateReading(countText('The moon pulls the sea.', en), en), undefined);
});
