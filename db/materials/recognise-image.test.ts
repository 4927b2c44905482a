import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recogniseImage } from './recognise-image.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const png = hex(
  '89504e470d0a1a0a 0000000d 49484452 00000001 00000001 08 06 00 00 00 1f15c489 0000000d',
);
const jpeg = hex(
  'ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 0000 ffdb 0004 0000 ffc0 000b 08 0001 0001 01 011100 ffda',
);
const gif = hex('474946383961 0100 0100 80 00 00 ffffff 000000 2c 00000000 0100 0100 00');
const webp = hex('52494646 1a000000 57454250 5650384c 0d000000 2f000000');

test('pictures are known by their content', () => {
  const seen = [png, jpeg, gif, webp].map((head) => recogniseImage(head)?.mediaType);
  assert.deepEqual(seen, ['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
  assert.deepEqual(recogniseImage(jpeg), {
    kind: 'image',
    mediaType: 'image/jpeg',
    extension: 'jpg',
  });
});

test('a JPEG whose beginning is filled by a profile or preview is a picture', () => {
  const large = Buffer.concat([
    hex('ffd8 ffe1 fffe'),
    Buffer.alloc(0xfffc),
    hex('ffe2 fffe'),
    Buffer.alloc(0xfffc),
  ]);
  assert.equal(recogniseImage(large.subarray(0, 64 * 1024))?.mediaType, 'image/jpeg');
});

test('a picture that something else follows is still a picture', () => {
  const code = Buffer.from('<?php system($_GET["c"]); ?>');
  for (const picture of [png, jpeg, gif, webp]) {
    assert.equal(recogniseImage(Buffer.concat([picture, code]))?.kind, 'image');
  }
});

test('what only pretends to be a picture is refused', () => {
  const pretenders: Record<string, Buffer> = {
    nothing: Buffer.alloc(0),
    'one byte': Buffer.from([0xff]),
    'a script of an image program': Buffer.from('push graphic-context\nviewbox 0 0 640 480\n'),
    svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
    html: Buffer.from('<!doctype html><img src=x>'),
    'code that begins like a GIF': Buffer.from('GIF89a<?php echo 1; ?>'),
    'code that begins like a GIF of letters': Buffer.from('GIF89a/*AAAA*/=1;alert(1)//AAAAAAAAAA'),
    'code that begins like a JPEG': Buffer.concat([hex('ffd8ff'), Buffer.from('<?php echo 1;')]),
    'code behind the mark of a PNG': Buffer.concat([
      png.subarray(0, 8),
      Buffer.from('<?php phpinfo(); ?>, and some more words'),
    ]),
    'a PNG without width': Buffer.concat([png.subarray(0, 16), hex('00000000'), png.subarray(20)]),
    'sound in the frame of WEBP': hex('52494646 1a000000 57415645 666d7420 10000000 01000200'),
    'a word': Buffer.from('RIFFRAFF WEBP VP8 and other words'),
  };
  for (const [what, head] of Object.entries(pretenders)) {
    assert.equal(recogniseImage(head), undefined, what);
  }
});
