import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffWords, type Texts } from './diff-words.ts';
import type { TextRun } from './find-edits.ts';

const diff = (texts: Texts, left = 20_000_000) => diffWords(texts, { left });
const side = (runs: readonly TextRun[], op: TextRun['op']) =>
  runs.flatMap((run) => (run.op === 'equal' || run.op === op ? [run.text] : [])).join('');

function assertWhole(texts: Texts, runs: readonly TextRun[]): void {
  assert.equal(side(runs, 'delete'), texts.before);
  assert.equal(side(runs, 'insert'), texts.after);
  assert.ok(runs.every(({ text }) => text !== ''));
  assert.ok(runs.every(({ op }, i) => op !== runs[i + 1]?.op));
}

/** The same numbers at each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

test('whatever two texts are, the runs give both back', () => {
  const below = numbers(7);
  const vocabulary = [
    'sea',
    'Sea',
    ' ',
    ' ',
    '\n',
    '.',
    "don't",
    '潮汐',
    'é',
    '😀',
    '  ',
    '\ud83d',
  ];
  const make = () => Array.from({ length: below(40) }, () => vocabulary[below(12)]).join('');
  for (let i = 0; i < 2_000; i++) {
    const before = make();
    const at = below(before.length + 1);
    const after = below(2) === 0 ? make() : before.slice(0, at) + make() + before.slice(at + 3);
    assertWhole({ before, after }, diff({ before, after }));
  }
});

test('words are replaced whole, and neighbours as one change', () => {
  assert.deepEqual(diff({ before: 'a low tide at noon', after: 'a high water at noon' }), [
    { op: 'equal', text: 'a ' },
    { op: 'delete', text: 'low tide' },
    { op: 'insert', text: 'high water' },
    { op: 'equal', text: ' at noon' },
  ]);
  assert.deepEqual(diff({ before: 'the sea', after: 'the seas' }), [
    { op: 'equal', text: 'the ' },
    { op: 'delete', text: 'sea' },
    { op: 'insert', text: 'seas' },
  ]);
  assert.deepEqual(diff({ before: '潮汐很高', after: '潮汐很低' }), [
    { op: 'equal', text: '潮汐很' },
    { op: 'delete', text: '高' },
    { op: 'insert', text: '低' },
  ]);
});

test('a book in which one word changed is told by that word', () => {
  const words = Array.from({ length: 150_000 }, (_, i) => `w${i % 977}`);
  const runs = diff({
    before: words.join(' '),
    after: words.with(70_000, 'other').join(' '),
  });
  assert.deepEqual(runs.slice(1, 3), [
    { op: 'delete', text: words[70_000] },
    { op: 'insert', text: 'other' },
  ]);
});

test('a long text with much that is new is told by paragraphs', () => {
  const paragraph = (i: number, word: string) => `${`${word}${i} `.repeat(60)}\n`;
  const text = (word: string) =>
    Array.from({ length: 200 }, (_, i) => paragraph(i, i % 3 === 0 ? word : 'same')).join('');
  const texts = { before: text('old'), after: text('new') };
  const runs = diff(texts);
  assertWhole(texts, runs);
  assert.deepEqual(runs[0], { op: 'delete', text: paragraph(0, 'old') });
  assert.deepEqual(runs[1], { op: 'insert', text: paragraph(0, 'new') });
  assert.equal(runs.filter(({ op }) => op === 'equal').length, 67);
});

test('texts that would cost too much are told as a whole, soon', () => {
  const below = numbers(3);
  const noise = () => Array.from({ length: 200_000 }, () => `${below(5)}\n`).join(' ');
  const texts = { before: noise(), after: noise() };
  const startedAt = Date.now();
  const runs = diff(texts);
  assert.ok(Date.now() - startedAt < 5_000);
  assert.deepEqual(runs, [
    { op: 'delete', text: texts.before },
    { op: 'insert', text: texts.after },
  ]);
  assert.deepEqual(diff({ before: 'a b', after: 'a c' }, 0), [
    { op: 'delete', text: 'a b' },
    { op: 'insert', text: 'a c' },
  ]);
});
