import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from './decode-text.ts';

const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

test('UTF-8 is read with and without its mark', () => {
  assert.equal(decodeText(Buffer.from('Zürich — Привет')), 'Zürich — Привет');
  assert.equal(decodeText(Buffer.from('\ufeffZürich')), 'Zürich');
});

test('UTF-16 is read in both byte orders', () => {
  assert.equal(decodeText(utf16('Прилив', 'le')), 'Прилив');
  assert.equal(decodeText(utf16('Прилив', 'be')), 'Прилив');
});

test('old western and Russian encodings are told apart', () => {
  assert.equal(decodeText(Buffer.from('caf\xe9 \x93quoted\x94', 'latin1')), 'café “quoted”');
  const russian = Buffer.from([0xcf, 0xf0, 0xe8, 0xeb, 0xe8, 0xe2, 0x20, 0xe8]);
  assert.equal(decodeText(russian), 'Прилив и');
});

test('line ends become line feeds and control characters go, tabs stay', () => {
  assert.equal(decodeText(Buffer.from('a\r\nb\rc\u0000\u0007\td')), 'a\nb\nc\td');
});

test('letters and their marks are joined, so that they are found as typed', () => {
  assert.equal(decodeText(Buffer.from('e\u0301')), '\u00e9');
});
