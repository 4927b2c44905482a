import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameEntry } from './name-entry.ts';

test('an ordinary name stays as it is, in whatever script', () => {
  for (const name of ['notes.txt', 'Лекция 1. Приливы.pdf', '潮汐.docx', 'a-b_c (2).tar.gz']) {
    assert.equal(nameEntry(name), name);
  }
});

test('no name is a path, hidden, or leads out of its folder', () => {
  const hostile = [
    '../../etc/passwd',
    '/etc/passwd',
    String.raw`C:\Windows\x.dll`,
    '..',
    '.',
    '...',
  ];
  for (const name of [...hostile, '.ssh', '..\\..\\x', 'a/../b', '']) {
    const safe = nameEntry(name);
    assert.doesNotMatch(safe, /^\.|[/\\:]|^$/, `${name} → ${safe}`);
    assert.ok(!safe.split('/').includes('..'));
  }
  assert.equal(nameEntry('../../etc/passwd'), '_.._etc_passwd');
  assert.equal(nameEntry('..'), 'file');
});

test('characters that are invisible or turn text around go', () => {
  assert.equal(nameEntry('a\u0000b\nc\u001b[31m.txt'), 'abc[31m.txt');
  assert.equal(nameEntry('invoice\u202Efdp.exe'), 'invoicefdp.exe');
  assert.equal(nameEntry('half\uD800.txt'), 'half\uFFFD.txt');
});

test('a name that Windows takes for a device gets another one', () => {
  assert.equal(nameEntry('NUL'), '_NUL');
  assert.equal(nameEntry('com1.txt'), '_com1.txt');
  assert.equal(nameEntry('console.txt'), 'console.txt');
});

test('a long name is cut between characters and keeps its extension', () => {
  for (const letter of ['a', 'я', '潮', '🌊']) {
    const safe = nameEntry(`${letter.repeat(500)}.pdf`);
    assert.ok(Buffer.byteLength(safe) <= 200 && Buffer.byteLength(safe) > 190);
    assert.ok(safe.isWellFormed() && safe.endsWith(`${letter}.pdf`));
  }
  assert.ok(Buffer.byteLength(nameEntry(`a.${'b'.repeat(500)}`)) <= 200);
});
