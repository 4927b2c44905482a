import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunkText } from './chunk-text.ts';

const sentences = (count: number) =>
  Array.from({ length: count }, (_, i) => `Sentence number ${i} has exactly seven words.`);
const countWords = (text: string) => text.match(/\S+/g)?.length ?? 0;

test('a short text is one chunk', () => {
  assert.deepEqual(chunkText('One thought. Another.'), ['One thought. Another.']);
});

test('blank text has no chunks', () => {
  assert.deepEqual(chunkText(' \n '), []);
});

test('a long text is cut at sentences, no chunk is larger than allowed and none is lost', () => {
  const all = sentences(500);
  const chunks = chunkText(all.join(' '), { most: 100, overlap: 20 });
  for (const chunk of chunks) {
    assert.ok(countWords(chunk) <= 100);
    assert.match(chunk, /^Sentence number \d+ /);
    assert.match(chunk, /words\.$/);
  }
  for (const sentence of all) assert.ok(chunks.some((chunk) => chunk.includes(sentence)));
});

test('each chunk begins with the end of the one before', () => {
  const chunks = chunkText(sentences(100).join(' '), { most: 100, overlap: 20 });
  for (const [i, chunk] of chunks.slice(1).entries()) {
    const first = /^Sentence number \d+ has exactly seven words\./.exec(chunk)?.[0] ?? 'none';
    assert.ok(chunks[i]?.includes(first), `chunk ${i + 1} begins within chunk ${i}`);
  }
});

test('a text without sentence ends is cut between words', () => {
  const chunks = chunkText('word '.repeat(1_000), { most: 100, overlap: 10 });
  assert.ok(chunks.length >= 10);
  assert.ok(chunks.every((chunk) => countWords(chunk) <= 100));
});

test('one endless word is cut and its chunks stay small', () => {
  const chunks = chunkText('x'.repeat(100_000), { most: 100, overlap: 10 });
  assert.ok(chunks.every((chunk) => chunk.length <= 2_000 * 100));
  assert.ok(chunks.join('').replaceAll(/\s/g, '').length >= 100_000);
});
