import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { test } from 'node:test';
import { compoundDirectoryAt } from './recognise-compound.ts';
import { recogniseOffice } from './recognise-office.ts';

/** A file in a zip with what stands before it, as most writers leave it. */
function entry(name: string, content: string): Buffer {
  const packed = deflateRawSync(content);
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), packed]);
}
function listed(name: string): Buffer {
  const head = Buffer.alloc(46);
  head.write('PK\x01\x02', 'latin1');
  head.writeUInt16LE(name.length, 28);
  return Buffer.concat([head, Buffer.from(name)]);
}
const types = (type: string) =>
  entry('[Content_Types].xml', `<Override ContentType="application/${type}+xml"/>`);
const openXml = 'vnd.openxmlformats-officedocument';

/** A container with streams of these names, its list right behind its header. */
function container(names: readonly string[], { directory = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(512 * (directory + 2) + names.length * 128);
  bytes.write('d0cf11e0a1b11ae1', 'hex');
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(directory, 48);
  for (const [i, name] of names.entries()) {
    bytes.write(name, 512 * (directory + 1) + i * 128, 'utf16le');
  }
  return bytes;
}
const recognise = (head: Buffer, fileName = 'a.bin', tail?: Buffer) =>
  recogniseOffice({ head, fileName, tail })?.extension;

test('documents and presentations are told by what they declare, whatever their names', () => {
  const declared: Record<string, string> = {
    [`${openXml}.wordprocessingml.document.main`]: 'docx',
    [`${openXml}.wordprocessingml.template.main`]: 'docx',
    'vnd.ms-word.document.macroEnabled.main': 'docx',
    [`${openXml}.presentationml.presentation.main`]: 'pptx',
    [`${openXml}.presentationml.slideshow.main`]: 'pptx',
    'vnd.ms-powerpoint.presentation.macroEnabled.main': 'pptx',
  };
  for (const [type, extension] of Object.entries(declared)) {
    assert.equal(recognise(types(type), 'a.xlsx'), extension, type);
  }
  assert.deepEqual(
    recogniseOffice({ head: types(`${openXml}.presentationml.slideshow.main`), fileName: 'a' }),
    {
      kind: 'presentation',
      mediaType: `application/${openXml}.presentationml.presentation`,
      extension: 'pptx',
    },
  );
});

test('where the declaration stands too far back, the names of the parts tell', () => {
  const rels = entry('_rels/.rels', '<x/>');
  assert.equal(recognise(Buffer.concat([rels, entry('word/document.xml', 'x')])), 'docx');
  assert.equal(recognise(Buffer.concat([rels, entry('ppt/presentation.xml', 'x')])), 'pptx');
  assert.equal(recognise(rels, 'a.docx', listed('word/document.xml')), 'docx');
});

test('other zips are no documents, even if named so', () => {
  const rels = entry('_rels/.rels', '<x/>');
  const others: Record<string, Buffer> = {
    'a spreadsheet': types(`${openXml}.spreadsheetml.sheet.main`),
    'a spreadsheet by its parts': Buffer.concat([rels, entry('xl/workbook.xml', 'x')]),
    'an open document': Buffer.concat([
      entry('mimetype', 'application/vnd.oasis.opendocument.text'),
      entry('word/document.xml', 'x'),
      rels,
    ]),
    'a zip of whatever': entry('word/document.xml', 'x'),
    'a Java archive': entry('META-INF/MANIFEST.MF', 'x'),
    'a web page': Buffer.from('<html>word/document.xml _rels/.rels'),
    'a mark alone': Buffer.from('PK\x03\x04', 'latin1'),
  };
  for (const [what, head] of Object.entries(others)) {
    assert.equal(recognise(head, 'a.docx'), undefined, what);
  }
});

test('files of the older formats are told by their streams, and those within them do not count', () => {
  assert.equal(recognise(container(['Root Entry', 'WordDocument'])), 'doc');
  assert.equal(recognise(container(['Root Entry', 'PowerPoint Document'])), 'ppt');
  assert.equal(recognise(container(['Root Entry', 'WordDocument', 'Workbook'])), 'doc');
  assert.equal(
    recognise(container(['Root Entry', 'Workbook', 'WordDocument']), 'a.doc'),
    undefined,
  );
  assert.equal(recognise(container(['Root Entry', '__properties_version1.0']), 'a.doc'), undefined);
});

test('a list of streams that stands behind the head is looked at where it is', () => {
  const whole = container(['Root Entry', 'PowerPoint Document'], { directory: 200 });
  const head = whole.subarray(0, 64 * 1024);
  const at = compoundDirectoryAt(head) ?? 0;
  const directory = whole.subarray(at, at + 4_096);
  assert.equal(recogniseOffice({ head, directory, fileName: 'a.doc' })?.extension, 'ppt');
});

test('a file with a password is what its name says, because its content is hidden', () => {
  const locked = container(['Root Entry', 'EncryptedPackage', 'EncryptionInfo']);
  assert.equal(recognise(locked, 'a.docx'), 'docx');
  assert.equal(recognise(locked, 'a.PPTX'), 'pptx');
  assert.equal(recognise(locked, 'a.xlsx'), undefined);
});
