import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { freshCourse, listFolder } from '../testing/fresh-course.ts';
import { countAll } from '../testing/keep-count.ts';
import { openDoors } from '../testing/two-doors.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** An archive whose files are not packed. */
function archive(files: Readonly<Record<string, Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([bytes('PK\x03\x04'), common, bytes(name), content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    list.push(Buffer.concat([bytes('PK\x01\x02\x14\0'), common, place, bytes(name)]));
    locals.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(list.length, 4);
  end.writeUInt16LE(list.length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, ...list, bytes('PK\x05\x06'), end]);
}

const pdf = bytes(
  '%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n',
);
const page = bytes('<!doctype html><script>parent.postMessage(document.cookie, "*")</script>');
const vector = bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
const windows = bytes(`MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0${'\0'.repeat(44)}\x40\0\0\0PE\0\0`);
const linux = bytes(`\x7fELF\x02\x01\x01\0${'\0'.repeat(60)}`);
const macos = bytes(`\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0${'\0'.repeat(60)}`);
const fat = bytes(`\xca\xfe\xba\xbe\0\0\0\x02${'\0'.repeat(60)}`);
const word = {
  '[Content_Types].xml': bytes(
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  ),
  'word/document.xml': bytes('<w:document/>'),
};
const gif = bytes('GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;');
const jpeg = bytes(
  '\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xd9',
);

const refused: Readonly<Record<string, readonly [string, Buffer]>> = {
  'a program of Windows': ['lecture.pdf', windows],
  'a program of Linux': ['lecture.pdf', linux],
  'a program of macOS': ['lecture.pdf', macos],
  'a program of macOS for two processors': ['lecture.pdf', fat],
  'a program that holds a PDF': ['lecture.pdf', Buffer.concat([windows, bytes('\n'), pdf])],
  'a program that unpacks itself': ['x.docx', Buffer.concat([windows, archive(word)])],
  'an archive with a program': ['x.docx', archive({ 'setup.exe': windows })],
  'an archive with a PDF': ['lecture.pdf', archive({ 'a.pdf': pdf })],
  'a script that begins as a picture': ['a.gif', bytes('GIF89a/*x*/=1;alert(document.domain);//')],
  'a page named as a picture': ['a.png', page],
  'a vector picture named as another': ['a.png', vector],
  'a page named as a document': ['a.docx', page],
  'a page that holds a PDF': ['a.pdf', Buffer.concat([page, bytes('\n'), pdf])],
  'a list of other files': ['a.mp4', bytes('#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n')],
  'a page that begins as a picture': ['a.png', Buffer.concat([bytes('\x89PNG\r\n\x1a\n'), page])],
};

test('what nobody can read is refused, whatever it says it is', async () => {
  const api = await freshCourse();
  const before = await countAll(api.store);
  for (const [which, door] of Object.entries(openDoors(api))) {
    for (const [what, [name, content]] of Object.entries(refused)) {
      const { status, code } = await door(name, content);
      assert.deepEqual([status, code], [415, 'unsupported_media'], `${what} by ${which}`);
    }
  }
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(await listFolder(api), []);
});

const taken: Readonly<Record<string, readonly [string, Buffer, string]>> = {
  'a page': ['a.html', page, 'text/plain'],
  'a vector picture': ['a.svg', vector, 'text/plain'],
  'a page that holds a PDF': ['a.html', Buffer.concat([page, bytes('\n'), pdf]), 'text/plain'],
  'a PDF that holds a page': ['a.html', Buffer.concat([pdf, page]), 'application/pdf'],
  'a PDF and an archive': [
    'a.zip',
    Buffer.concat([pdf, archive({ 'x.js': page })]),
    'application/pdf',
  ],
  'a picture and an archive': [
    'a.zip',
    Buffer.concat([jpeg, archive({ 'x.js': page })]),
    'image/jpeg',
  ],
  'a picture and a script': [
    'a.js',
    Buffer.concat([gif, bytes('/*'), page, bytes('*/')]),
    'image/gif',
  ],
  'a document and a program': [
    'a.exe',
    archive({ ...word, 'word/media/setup.exe': windows }),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
};

test('what is two things at once is one of them, and nothing of it runs in a browser', async () => {
  for (const which of ['form', 'tus'] as const) {
    const api = await freshCourse();
    const door = openDoors(api)[which];
    for (const [what, [name, content, mediaType]] of Object.entries(taken)) {
      const { status, materialId } = await door(name, content);
      assert.ok(status === 201 || status === 202, `${what} by ${which}: ${status}`);
      const answer = await api.me.call('GET', `/v1/materials/${materialId}/original`);
      assert.ok(answer.rawPayload.equals(content), what);
      const { headers } = answer;
      assert.equal(headers['content-type'], mediaType, what);
      assert.equal(headers['x-content-type-options'], 'nosniff', what);
      assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox", what);
      assert.match(String(headers['content-disposition']), /^attachment; /, what);
    }
  }
});
