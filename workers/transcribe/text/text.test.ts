import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Segment } from '../engines/speech-engine.ts';
import { findLoops } from './find-loops.ts';
import { makeCues } from './make-cues.ts';
import { placeWords } from './place-words.ts';
import { siftHeard, textOf } from './sift-heard.ts';

const segment = (text: string, from: number, to: number, more: Partial<Segment> = {}): Segment => ({
  startMs: from * 1_000,
  endMs: to * 1_000,
  text,
  ...more,
});
const sift = (...segments: Segment[]) => {
  const { words, doubtful } = siftHeard({ language: 'en', segments }, 30_000);
  return { text: textOf(words), doubtful };
};

test('words as they are written get the times at which they were heard', () => {
  const words = [
    { startMs: 100, endMs: 300, text: 'the' },
    { startMs: 300, endMs: 700, text: 'moon' },
    { startMs: 2_000, endMs: 2_500, text: 'pulls' },
  ];
  assert.deepEqual(placeWords(segment(' The “moon”,  pulls! ', 0, 3, { words })), [
    { startMs: 100, endMs: 300, text: 'The ' },
    { startMs: 300, endMs: 700, text: '“moon”, ' },
    { startMs: 2_000, endMs: 2_500, text: 'pulls! ' },
  ]);
});

test('without times of words they are spread over the segment; Chinese has no spaces', () => {
  const placed = placeWords(segment('ab cd', 1, 3));
  assert.deepEqual(placed, [
    { startMs: 1_000, endMs: 2_000, text: 'ab ' },
    { startMs: 2_000, endMs: 3_000, text: 'cd ' },
  ]);
  const chinese = placeWords(segment('月亮牵引着大海。', 0, 4));
  assert.ok(chinese.length > 2);
  assert.equal(textOf(chinese), '月亮牵引着大海。');
});

test('loops are found, and what people repeat is not', () => {
  const kept = (text: string) => {
    const words = text.split(' ');
    const isRepeat = findLoops(words);
    return words.filter((_, i) => !isRepeat[i]).join(' ');
  };
  const again = 'and the moon, '.repeat(9).trim();
  assert.equal(kept(`So ${again} goes round`), 'So and the moon, goes round');
  assert.equal(kept('Thank you. thank you, Thank you thank you'), 'Thank you.');
  for (const said of ['no no no no', 'very very good', 'again and again and again I said']) {
    assert.equal(kept(said), said);
  }
});

test('what a model makes up in silence is left out', () => {
  const good = segment('The moon pulls at the sea.', 0, 3);
  assert.deepEqual(sift(good, segment('Thanks for watching!', 3, 20)), {
    text: 'The moon pulls at the sea.',
    doubtful: 0,
  });
  assert.equal(sift(segment('Субтитры сделал DimaTorzok', 0, 2)).text, '');
  assert.equal(sift(segment('Thank you.', 1, 2)).text, 'Thank you.');
  const about = 'A film needs subtitles by the second week.';
  assert.equal(sift(segment(about, 0, 4)).text, about);
  assert.equal(sift(segment('Words', 1, 2, { noSpeech: 0.9, logProbability: -1.5 })).text, '');
  assert.equal(sift(segment('Words', 1, 2, { noSpeech: 0.9, logProbability: -0.2 })).text, 'Words');
  assert.equal(sift(segment('After the end', 31, 33)).text, '');
});

test('a loop is kept once, and said to be doubtful', () => {
  const { text, doubtful } = sift(
    segment('We begin.', 0, 1),
    segment('It goes on and on. '.repeat(20), 1, 29),
  );
  assert.equal(text, 'We begin. It goes on and on.');
  assert.equal(doubtful, 19 * 5);
});

test('more words than anybody can say are not believed', () => {
  const fast = 'Ebb and flow follow the moon around the whole world every day.';
  assert.deepEqual(sift(segment(fast, 0, 1)), { text: '', doubtful: 12 });
  assert.equal(sift(segment(fast, 0, 4)).text, fast);
});

test('cues end where sentences, pauses and lines do', () => {
  const words = placeWords(
    segment(
      'The moon pulls at the sea. Twice a day the water comes, and twice a day it goes away again from the shore, which is what sailors know.',
      0,
      12,
    ),
  );
  const later = placeWords(segment('and later', 20, 21));
  const cues = makeCues([...words, ...later]);
  assert.equal(cues[0]?.text, 'The moon pulls at the sea.');
  assert.equal(cues.at(-1)?.text, 'and later');
  assert.equal(cues.at(-1)?.startMs, 20_000);
  assert.ok(cues.length >= 4, JSON.stringify(cues));
  for (const [i, { startMs, endMs, text }] of cues.entries()) {
    assert.ok(text.length <= 84 && endMs - startMs <= 7_000 && endMs > startMs);
    assert.ok(endMs <= (cues[i + 1]?.startMs ?? Number.POSITIVE_INFINITY), 'none covers the next');
  }
  assert.equal(cues.map(({ text }) => text).join(' '), textOf([...words, ...later]));
});
