import type { Media } from './recognise-media.ts';

/** An image is known by how it begins and by a size that it could have; its name does not matter. */
export function recogniseImage(head: Buffer): Media | undefined {
  const extension = formatOf(head);
  if (extension === undefined) return undefined;
  const mediaType = `image/${extension === 'jpg' ? 'jpeg' : extension}`;
  return { kind: 'image', mediaType, extension };
}

function formatOf(head: Buffer): 'jpg' | 'png' | 'gif' | 'webp' | undefined {
  if (isPng(head)) return 'png';
  if (isJpeg(head)) return 'jpg';
  if (isGif(head)) return 'gif';
  return isWebp(head) ? 'webp' : undefined;
}

const pngMark = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** The header comes first and says its length; a picture has a width and a height. */
function isPng(head: Buffer): boolean {
  if (head.length < 33 || !head.subarray(0, 8).equals(pngMark)) return false;
  if (head.readUInt32BE(8) !== 13 || head.toString('latin1', 12, 16) !== 'IHDR') return false;
  return isSize(head.readUInt32BE(16), head.readUInt32BE(20), 0x7fffffff);
}

/** After the mark come segments that say how long they are, or restarts, tables and the frame. */
function isJpeg(head: Buffer): boolean {
  if (head.length < 4 || head.readUInt16BE(0) !== 0xffd8 || head[2] !== 0xff) return false;
  let at = 2;
  for (let segments = 0; segments < 500 && at + 4 <= head.length; segments++) {
    if (head[at] !== 0xff) return false;
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker)) return at + 9 > head.length || head.readUInt16BE(at + 7) > 0;
    if (!isSegment(marker)) return false;
    const length = head.readUInt16BE(at + 2);
    if (length < 2) return false;
    at += 2 + length;
  }
  // Large profiles and previews may fill all of the beginning that is seen.
  return at > 2 && at + 4 > head.length;
}

/** Where the size stands: all kinds of frames, but not the tables whose numbers lie between. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Tables, comments and what programs add. */
function isSegment(marker: number): boolean {
  return marker === 0xc4 || marker === 0xcc || (marker >= 0xdb && marker <= 0xfe);
}

function isGif(head: Buffer): boolean {
  if (head.length < 13 || !/^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) return false;
  if (!isSize(head.readUInt16LE(6), head.readUInt16LE(8), 0xffff)) return false;
  const tableBytes = (head[10] ?? 0) & 0x80 ? 3 * 2 ** (((head[10] ?? 0) & 7) + 1) : 0;
  const next = head[13 + tableBytes];
  // An image or an extension; a text that begins like a GIF has a letter there, an empty one its end.
  return next === undefined ? tableBytes > 0 : [0x2c, 0x21].includes(next);
}

function isWebp(head: Buffer): boolean {
  if (head.length < 20 || head.toString('latin1', 0, 4) !== 'RIFF') return false;
  if (head.toString('latin1', 8, 12) !== 'WEBP' || head.readUInt32LE(4) < 12) return false;
  return ['VP8 ', 'VP8L', 'VP8X'].includes(head.toString('latin1', 12, 16));
}

function isSize(width: number, height: number, most: number): boolean {
  return width > 0 && height > 0 && width <= most && height <= most;
}
