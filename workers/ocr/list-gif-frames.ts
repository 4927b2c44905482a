import { open } from 'node:fs/promises';

const mostBytes = 64 * 1024 * 1024;
const [image, extension] = [0x2c, 0x21];

/** How far each picture in a GIF reaches, which may be beyond what the whole claims to be. */
export async function listGifFrames(file: string): Promise<(readonly [number, number])[]> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.min(size, mostBytes));
  await handle.read(bytes, 0, bytes.length, 0);
  const frames: (readonly [number, number])[] = [];
  let at = 13 + tableBytes(bytes[10]);
  while (at + 10 <= bytes.length) {
    if (bytes[at] === image) {
      const [left, top] = [bytes.readUInt16LE(at + 1), bytes.readUInt16LE(at + 3)];
      frames.push([left + bytes.readUInt16LE(at + 5), top + bytes.readUInt16LE(at + 7)]);
      // Behind the table of colours comes how wide codes are, then the data in blocks.
      at = skipBlocks(bytes, at + 10 + tableBytes(bytes[at + 9]) + 1);
    } else if (bytes[at] === extension) {
      at = skipBlocks(bytes, at + 2);
    } else {
      break;
    }
  }
  return frames;
}

function tableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Each block says how long it is; an empty one is the last. */
function skipBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += 1 + length;
  return at + 1;
}
