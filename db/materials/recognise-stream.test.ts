import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { recogniseMedia } from './recognise-media.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const latin = (text: string) => Buffer.from(text, 'latin1');

/** A box of an MP4: its length, its name and what it holds. */
function box(name: string, content: Buffer | string = ''): Buffer {
  const bytes = typeof content === 'string' ? latin(content) : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(8 + bytes.length);
  return Buffer.concat([length, latin(name), bytes]);
}

const matroska = (type: string) =>
  Buffer.concat([
    hex('1a45dfa3 93 4286 81 01 4282'),
    Buffer.from([0x80 + type.length]),
    latin(type),
  ]);

const ogg = (first: string) =>
  Buffer.concat([
    latin('OggS\0\x02'),
    Buffer.alloc(20),
    latin(`\x01\x1e${first}`),
    Buffer.alloc(24),
  ]);

const riff = (type: string, next: string) =>
  Buffer.concat([latin('RIFF'), hex('24000000'), latin(type + next), hex('10000000 0100 0100')]);

/** A frame of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes. */
const frame = Buffer.concat([hex('fffb9064'), Buffer.alloc(413)]);
const frames = Buffer.concat([frame, frame, frame]);
const tag = (bytes: number) =>
  Buffer.concat([latin('ID3\x04\0\0'), Buffer.from([0, 0, bytes >> 7, bytes & 0x7f])]);

const typeOf = (head: Buffer, fileName = 'a.bin') => recogniseMedia(head, fileName)?.mediaType;

test('video is known by its container, whatever its name says', () => {
  const brand = (name: string) => box('ftyp', `${name}\0\0\x02\0isomiso2`);
  const heads: readonly [string, Buffer][] = [
    ['video/mp4', brand('isom')],
    ['video/mp4', brand('mp42')],
    ['video/mp4', brand('3gp5')],
    ['video/quicktime', brand('qt  ')],
    [
      'video/quicktime',
      Buffer.concat([box('wide'), hex('00000000'), latin('mdat'), randomBytes(64)]),
    ],
    ['video/quicktime', box('moov', box('mvhd', Buffer.alloc(100)))],
    ['video/webm', matroska('webm')],
    ['video/x-matroska', matroska('matroska')],
    ['video/x-msvideo', riff('AVI ', 'LIST')],
    ['video/ogg', ogg('\x80theora')],
  ];
  for (const [mediaType, head] of heads) assert.equal(typeOf(head, 'notes.txt'), mediaType);
});

test('sound is known by its content, and its kind by its name only where its container leaves it open', () => {
  const heads: readonly [string, Buffer][] = [
    ['audio/mp4', box('ftyp', 'M4A \0\0\0\0mp42isom')],
    ['audio/ogg', ogg('OpusHead')],
    ['audio/ogg', ogg('\x01vorbis')],
    ['audio/flac', latin('fLaC\0\0\0\x22')],
    ['audio/wav', riff('WAVE', 'fmt ')],
    ['audio/mpeg', frames],
    ['audio/mpeg', Buffer.concat([tag(200), Buffer.alloc(200), frames])],
    ['audio/mpeg', Buffer.concat([tag(16_000), Buffer.alloc(300)])],
  ];
  for (const [mediaType, head] of heads) assert.equal(typeOf(head, 'notes.mp4'), mediaType);
  const mp4 = box('ftyp', 'isom\0\0\x02\0isomiso2');
  assert.deepEqual([typeOf(mp4, 'a.M4A'), typeOf(mp4, 'a.mp3')], ['audio/mp4', 'video/mp4']);
  assert.equal(typeOf(matroska('matroska'), 'a.mka'), 'audio/x-matroska');
});

test('a list of other files is no recording, whatever its name says', () => {
  const lists = {
    playlist: '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
    script: "ffconcat version 1.0\nfile '/etc/passwd'\n",
    manifest: '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
  };
  for (const [what, text] of Object.entries(lists)) {
    for (const name of ['a.mp4', 'a.mp3', 'a.mkv']) {
      assert.equal(recogniseMedia(Buffer.from(text), name), undefined, what);
    }
    const hidden = Buffer.concat([Buffer.from(text), Buffer.alloc(64)]);
    assert.equal(recogniseMedia(hidden, 'a.mp4'), undefined, `${what} with something behind it`);
  }
});

test('what only resembles a video or sound is none', () => {
  const others: Record<string, Buffer> = {
    'a photograph in boxes': box('ftyp', 'heic\0\0\0\0mif1heic'),
    'boxes of no kind': box('junk', Buffer.alloc(64)),
    'half a box': latin('\0\0\0\x18ftyp'),
    'a single frame in noise': Buffer.concat([frame, randomBytes(64).fill(1, 0, 4)]),
    'a table of sounds': riff('RMID', 'data'),
    'another document of the same make': matroska('other'),
    'pages of text only': ogg('CMML\0\0\0\0'),
    'nothing behind the mark': hex('1a45dfa3'),
    'a compressed picture': riff('WEBP', 'VP9 '),
  };
  for (const [what, head] of Object.entries(others))
    assert.equal(typeOf(head, 'a.mp4'), undefined, what);
});
