import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCaptions, recogniseCaptions } from './read-captions.ts';

test('WebVTT is read without its notes, styles, tags and settings', () => {
  const { cues, faults } = readCaptions(
    `WEBVTT - The sea
Kind: captions

STYLE
::cue { color: red }

NOTE The moon
is far away.

first
00:01.500 --> 00:03.000 align:start position:10%
<v.loud Mary Ann>The <i>moon</i> pulls &amp; pulls
<00:00:02.000><c>at the sea</c>.

100:00:00.000 --> 100:00:01.000
Beyond the end.

01:02:03.004 --> 01:02:04.000
4 &lt; 5&nbsp;&#x41;
`,
    'vtt',
  );
  assert.deepEqual(cues, [
    { startMs: 1_500, endMs: 3_000, text: 'Mary Ann: The moon pulls & pulls\nat the sea.' },
    { startMs: 3_723_004, endMs: 3_724_000, text: '4 < 5 A' },
  ]);
  assert.equal(faults, 1);
});

test('SubRip is read as people and programs write it', () => {
  const { cues } = readCaptions(
    [
      '\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<font color="#fff">Прилив</font>\r\nи отлив\r\n',
      '2\r\n0:0:3.5 -> 0:0:4\r\na < b\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\nNo empty line before\r\n\r\n',
      '\r\n4\r\n00:00:07,000 --> 00:00:08,000\r\n\r\n',
    ].join(''),
    'srt',
  );
  assert.deepEqual(cues, [
    { startMs: 1_000, endMs: 2_500, text: 'Прилив\nи отлив' },
    { startMs: 3_500, endMs: 4_000, text: 'a < b' },
    { startMs: 5_000, endMs: 6_000, text: 'No empty line before' },
  ]);
});

test('what is broken in one cue leaves the others', () => {
  const { cues, faults } = readCaptions(
    `1
00:00:10,000 --> 00:00:09,000
Ends before it begins

2
soon --> later
Never

3
00:00:02,000 -->
Comes late in the file, with half a time
00:00:12,000 --> 00:00:13,000
After it at once`,
    'srt',
  );
  assert.equal(faults, 1);
  assert.deepEqual(cues, [
    { startMs: 2_000, endMs: 5_000, text: 'Comes late in the file, with half a time' },
    { startMs: 10_000, endMs: 12_000, text: 'Ends before it begins' },
    { startMs: 12_000, endMs: 13_000, text: 'After it at once' },
  ]);
});

test('captions that roll up say each line once, and what is said twice stays', () => {
  const { cues } = readCaptions(
    `WEBVTT

00:00.000 --> 00:02.000
the moon pulls

00:02.000 --> 00:02.010
the moon pulls

00:02.010 --> 00:04.000
the moon pulls
at the sea

00:04.000 --> 00:05.000
No.

00:05.000 --> 00:06.000
No.
`,
    'vtt',
  );
  assert.deepEqual(
    cues.map(({ text }) => text),
    ['the moon pulls', 'at the sea', 'No.', 'No.'],
  );
});

test('a hostile file costs no more than its length, and half characters are mended', () => {
  const bomb = `WEBVTT\n\n00:00.000 --> 00:01.000\n${'<v '.repeat(300_000)}\n\ud800x\n`;
  const { cues } = readCaptions(bomb, 'vtt');
  assert.ok(cues.every(({ text }) => text.length <= 2_000 && text.isWellFormed()));
  assert.deepEqual(readCaptions('-->'.repeat(100_000), 'srt').cues, []);
});

test('captions are told from text that only speaks of them', () => {
  assert.equal(recogniseCaptions('WEBVTT\n\n00:01.000 --> 00:02.000\nWords'), 'vtt');
  assert.equal(recogniseCaptions('\ufeffWEBVTT'), 'vtt');
  assert.equal(recogniseCaptions('\n1\r\n00:00:01,000 --> 00:00:02,000\r\nWords'), 'srt');
  assert.equal(recogniseCaptions('WEBVTTish words'), undefined);
  assert.equal(recogniseCaptions('1\nThe moon --> the sea'), undefined);
});
