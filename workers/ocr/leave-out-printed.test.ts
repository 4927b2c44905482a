import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaveOutPrinted } from './leave-out-printed.ts';
import { scaleBy } from './matrix.ts';

/** Words in a row from the left, each 100 pixels wide, on a picture of 1,000 by 1,000. */
function lineAt(top: number, text: string) {
  return {
    words: text.split(' ').map((word, i) => ({
      text: word,
      confidence: 95,
      edges: [50 + i * 100, top, 140 + i * 100, top + 30] as const,
    })),
  };
}
const toShares = scaleBy(1 / 1_000, 1 / 1_000);
const wordsOf = (seen: ReturnType<typeof leaveOutPrinted>) =>
  seen.paragraphs.map(({ lines }) =>
    lines.map(({ words }) => words.map(({ text }) => text).join(' ')).join('\n'),
  );
const stamp = { text: 'Received 25 November', place: { box: [0.05, 0.1, 0.3, 0.03] as const } };

test('what stands in letters on a page is not read from its picture again', () => {
  const stamped = { lines: [lineAt(104, 'Received 25 Novenber the moon')] };
  const paragraphs = [stamped, { lines: [lineAt(100, 'RECEIVED 25 November')] }];
  assert.deepEqual(wordsOf(leaveOutPrinted({ paragraphs, toShares }, [stamp])), ['the moon']);
});

test('of a scan that lies upside down or sideways, what is within printed words is not told', () => {
  const onItsHead = [-1 / 1_000, 0, 0, -1 / 1_000, 1, 1] as const;
  const sideways = [0, 1 / 1_000, -1 / 1_000, 0, 1, 0] as const;
  const paragraphs = [{ lines: [lineAt(500, 'the moon'), lineAt(870, 'pa uawou ^ON')] }];
  const caption = { text: stamp.text, place: { box: [0.6, 0.08, 0.38, 0.05] as const } };
  const watermark = { text: stamp.text, place: { box: [0, 0, 1, 1] as const } };
  const turned = { paragraphs, toShares: onItsHead };
  assert.deepEqual(wordsOf(leaveOutPrinted(turned, [caption])), ['the moon']);
  assert.deepEqual(wordsOf(leaveOutPrinted(turned, [watermark])), wordsOf(turned));
  const beside = { text: stamp.text, place: { box: [0.1, 0.03, 0.04, 0.4] as const } };
  const left = leaveOutPrinted({ paragraphs, toShares: sideways }, [beside]);
  assert.deepEqual(wordsOf(left), ['the moon']);
});

test('the same words in another place, and others in the same place, stay', () => {
  const paragraphs = [
    { lines: [lineAt(500, 'Received 25 November'), lineAt(100, 'Entirely other words')] },
  ];
  const seen = { paragraphs, toShares };
  assert.deepEqual(wordsOf(leaveOutPrinted(seen, [stamp])), wordsOf(seen));
  assert.equal(leaveOutPrinted(seen, []), seen);
});
