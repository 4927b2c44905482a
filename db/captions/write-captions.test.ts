import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCaptions } from './read-captions.ts';
import { writeSrt, writeVtt } from './write-captions.ts';
import { writeTranscript } from './write-transcript.ts';

const cues = [
  { startMs: 0, endMs: 1_999, text: 'Луна & море' },
  { startMs: 3_599_999, endMs: 3_600_001, text: 'a <b> --> c\n\nd' },
];

test('what is written as WebVTT is read as it was', () => {
  const vtt = writeVtt(cues, { remark: 'A rough\ndraft --> by a program.' });
  assert.match(vtt, /^WEBVTT\n\nNOTE A rough draft --&gt; by a program\.\n\n1\n00:00:00\.000 --> /);
  assert.match(vtt, /\n00:59:59\.999 --> 01:00:00\.001\n/);
  const read = readCaptions(vtt, 'vtt');
  assert.deepEqual(
    read.cues.map(({ text }) => text),
    ['Луна & море', 'a <b> --> c\nd'],
  );
  assert.equal(read.faults, 0);
});

test('what is written as SubRip is read with its times', () => {
  const srt = writeSrt(cues);
  assert.match(srt, /^1\n00:00:00,000 --> 00:00:01,999\nЛуна & море\n\n2\n/);
  const read = readCaptions(srt, 'srt');
  assert.deepEqual(
    read.cues.map(({ startMs, endMs }) => [startMs, endMs]),
    cues.map(({ startMs, endMs }) => [startMs, endMs]),
  );
});

test('a transcript has paragraphs that end where sentences do', () => {
  const said = Array.from({ length: 8 }, (_, i) => ({
    startMs: i * 4_000,
    endMs: i * 4_000 + 3_900,
    text: i % 2 === 0 ? `Sentence ${i}\nbegins` : 'and ends.',
  }));
  assert.equal(
    writeTranscript(said),
    'Sentence 0 begins and ends. Sentence 2 begins and ends.\n\nSentence 4 begins and ends. Sentence 6 begins and ends.\n',
  );
});
