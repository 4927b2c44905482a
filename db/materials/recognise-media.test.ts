import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { headBytes, recogniseMedia } from './recognise-media.ts';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

test('text in the encodings that people use is recognised', () => {
  const texts: Record<string, Buffer> = {
    ascii: Buffer.from('hello\tworld\r\n\f'),
    utf8: Buffer.from('Привет, мир — naïve 日本語 😀'),
    'utf8 with a mark': Buffer.from('\ufeffhello'),
    'utf16 little end first': utf16('hello, мир'),
    'utf16 big end first': utf16('hello, мир').swap16(),
    'utf16 without a mark': Buffer.from('Hello there, and good day.\r\n', 'utf16le'),
    'Russian utf16 without a mark': Buffer.from('Прилив и отлив.\n', 'utf16le').swap16(),
    'windows-1252': Buffer.from('smart \x93quotes\x94 and caf\xe9', 'latin1'),
    'windows-1251': Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    'utf8 with a few control characters': Buffer.from(`${'words '.repeat(100)}\x01\x02\x1b[0m`),
    'utf8 that the head cuts through': Buffer.from(`\x07${'я'.repeat(headBytes)}`).subarray(
      0,
      headBytes,
    ),
    'one byte': Buffer.from('x'),
  };
  for (const [what, head] of Object.entries(texts)) {
    assert.equal(recogniseMedia(head, 'a.bin')?.mediaType, 'text/plain', what);
  }
});

test('what is not text is not taken for it, whatever its name says', () => {
  const others: Record<string, Buffer> = {
    png: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
    'two bytes of a jpeg': Buffer.from([0xff, 0xd8, 1, 0xe0, 0, 16]),
    zip: Buffer.from('PK\x03\x04\x14\0', 'latin1'),
    'pdf far behind other things': Buffer.concat([
      Buffer.from([1, 2, 3, 4]),
      Buffer.alloc(2_000, 7),
      Buffer.from('%PDF-1.4'),
    ]),
    rtf: Buffer.from('{\\rtf1\\ansi hello}'),
    gif: Buffer.from('GIF89a and more'),
    'a program': Buffer.from('<?php system("ls"); ?>'),
    'a vector picture': Buffer.from('push graphic-context\nviewbox 0 0 1 1'),
    'a NUL in text': Buffer.from('hello\0world'),
    'a NUL in text of even length': Buffer.from('hello\0worlds'),
    'numbers of two bytes': Buffer.from(Int16Array.from({ length: 400 }, (_, i) => i * 7).buffer),
    'sound of two bytes': Buffer.from(
      Int16Array.from({ length: 4_000 }, (_, i) => Math.sin(i / 9) * 600 + 900).buffer,
    ),
    'control characters': Buffer.from([1, 2, 3, 4]),
    noise: randomBytes(4_096),
    'noise behind a mark of utf16': Buffer.concat([Buffer.from([0xff, 0xfe]), randomBytes(4_096)]),
  };
  for (const [what, head] of Object.entries(others)) {
    assert.equal(recogniseMedia(head, 'notes.txt'), undefined, what);
  }
});

test('a PDF is one whatever its name says, also behind a line of another program', () => {
  for (const head of ['%PDF-1.7\n1 0 obj\n', '\r\n%PDF-1.4\n', '\0\0junk\n%PDF-1.4\n']) {
    const media = recogniseMedia(Buffer.from(head), 'notes.txt');
    assert.deepEqual(media, { kind: 'document', mediaType: 'application/pdf', extension: 'pdf' });
  }
});

test('a file of another kind that holds a PDF is none, nor is a text about one', () => {
  const inside = '\n%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n';
  const others: Record<string, string> = {
    'a program of Windows': `MZ\x90\0\x03\0\0\0${inside}`,
    'a program of Linux': `\x7fELF\x02\x01\x01\0${inside}`,
    'a program of macOS': `\xcf\xfa\xed\xfe\x07\0\0\x01${inside}`,
    'an archive with a file that is not packed': `PK\x03\x04\x0a\0\0\0\0\0a.pdf${inside}`,
    'two bytes of a jpeg': `\xff\xd8\xff\x01\0\x05${inside}`,
  };
  for (const [what, head] of Object.entries(others)) {
    assert.equal(recogniseMedia(Buffer.from(head, 'latin1'), 'a.pdf'), undefined, what);
  }
  for (const text of [
    'A PDF begins with %PDF-1.4 and ends with %%EOF.',
    `# The format\n\n\`\`\`${inside}\`\`\`\n`,
    `<html><script>alert(1)</script><!--${inside}-->`,
    `#!/bin/sh\necho hello${inside}`,
  ]) {
    assert.equal(recogniseMedia(Buffer.from(text), 'a.txt')?.mediaType, 'text/plain', text);
    assert.equal(recogniseMedia(Buffer.from(text), 'a.pdf'), undefined, text);
  }
  const printed = `@PJL ENTER LANGUAGE=PDF${inside}`;
  assert.equal(recogniseMedia(Buffer.from(printed), 'a')?.extension, 'pdf');
});

test('the name tells Markdown from plain text and nothing else', () => {
  const head = Buffer.from('# Title');
  assert.deepEqual(recogniseMedia(head, 'a.MD'), {
    kind: 'text',
    mediaType: 'text/markdown',
    extension: 'md',
  });
  assert.equal(recogniseMedia(head, 'a.md.txt')?.extension, 'txt');
  for (const name of ['a.srt', 'a.vtt', 'a.csv', 'a.html', 'a.svg', 'a.json', 'a.png.txt', 'png']) {
    assert.equal(recogniseMedia(head, name)?.extension, 'txt', name);
  }
});

test('text that passes for a document, a picture or a recording by its name is none', () => {
  const page = Buffer.from('<!doctype html><script>alert(1)</script>');
  for (const name of ['a.png', 'a.JPG', 'a.pdf', 'a.docx', 'a.ppt', 'a.mp3', 'a.mp4']) {
    assert.equal(recogniseMedia(page, name), undefined, name);
    assert.equal(recogniseMedia(utf16('words'), name), undefined, name);
  }
});
