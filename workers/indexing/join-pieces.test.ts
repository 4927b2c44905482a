import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPieces } from './join-pieces.ts';

test('paragraphs of one page are one text, and pages and headings stay apart', () => {
  const box = [0.1, 0.1, 0.8, 0.1] as const;
  const pieces = [
    { text: 'One.', place: { page: 1, box } },
    { text: 'Two.', place: { page: 1, box } },
    { text: 'Three.', place: { page: 2, box } },
    { text: 'Four.', place: { page: 2, heading: 'Tides' } },
  ];
  assert.deepEqual(joinPieces(pieces), [
    { text: 'One.\n\nTwo.', place: { page: 1 } },
    { text: 'Three.', place: { page: 2, box } },
    { text: 'Four.', place: { page: 2, heading: 'Tides' } },
  ]);
});

test('long text that was cut stays cut', () => {
  const pieces = ['One.', 'Two.'].map((text) => ({ text, place: {} }));
  assert.deepEqual(joinPieces(pieces), pieces);
});
