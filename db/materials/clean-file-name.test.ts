import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanFileName } from './clean-file-name.ts';

test('a name keeps what people read and loses what could harm', () => {
  const cases: Record<string, string> = {
    'notes.txt': 'notes.txt',
    'Лекция 1 — введение.md': 'Лекция 1 — введение.md',
    '../../etc/passwd': 'passwd',
    'C:\\Users\\me\\notes.txt': 'notes.txt',
    'a\0b\r\nc.txt': 'abc.txt',
    'gpj.\u202etxt.exe': 'gpj.txt.exe',
    'a\u200ftxt\u200e.\u061cexe': 'atxt.exe',
    '👩‍🔬 שיעור.md': '👩‍🔬 שיעור.md',
    '\ud800x.txt': 'x.txt',
    '': 'untitled',
    '..': 'untitled',
    ' \t ': 'untitled',
    'folder/': 'untitled',
  };
  for (const [given, shown] of Object.entries(cases)) assert.equal(cleanFileName(given), shown);
});

test('a name that is too long is cut before its ending', () => {
  const name = cleanFileName(`${'ы'.repeat(400)}.md`);
  assert.equal(Array.from(name).length, 255);
  assert.match(name, /^ы+\.md$/);
});
