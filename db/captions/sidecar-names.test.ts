import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchSidecar, mediaBases } from './sidecar-names.ts';

test('a file of subtitles belongs to the recording whose name it has', () => {
  const match = (name: string) => matchSidecar(name, 'Lecture 1.intro.mp4');
  assert.deepEqual(match('lecture 1.INTRO.srt'), { language: undefined });
  assert.deepEqual(match('Lecture 1.intro.pt-BR.vtt'), { language: 'pt-BR' });
  assert.deepEqual(match('Lecture 1.intro.en.sdh.srt'), { language: 'en' });
  for (const other of [
    'Lecture 1.srt',
    'Lecture 1.intro2.srt',
    'Lecture 1.intro.txt',
    'Lecture 1.intro.en.forced.srt',
    'Lecture 1.intro.remarks.srt',
  ]) {
    assert.equal(match(other), undefined, other);
  }
});

test('the recordings that a file may belong to are among its bases', () => {
  assert.ok(mediaBases('Lecture 1.intro.en.sdh.srt').includes('lecture 1.intro'));
  assert.deepEqual(mediaBases('a.srt'), ['a']);
  assert.deepEqual(mediaBases('a.txt'), []);
});
