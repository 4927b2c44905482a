import type { CompoundFile } from '../compound-file.ts';
import { measurePicture } from '../measure-picture.ts';

const marks = [
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
];
const mostPictures = 500;
/** Of the record that a picture stands in, back from its first byte: one or two names and a byte. */
const distances = [8 + 16 + 1, 8 + 32 + 1];

/** The pictures of a document; those in formats of their own are left out. */
export function* readDocPictures(file: CompoundFile): Generator<Buffer> {
  let count = 0;
  for (const stream of ['Data', 'WordDocument']) {
    const bytes = file.read(stream);
    if (bytes === undefined) continue;
    for (const mark of marks) {
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 4)) {
        const length = lengthAt(bytes, at);
        if (length === undefined || count >= mostPictures) continue;
        const picture = bytes.subarray(at, at + length);
        if (measurePicture(picture) === undefined) continue;
        count++;
        yield picture;
      }
    }
  }
}

/** As the record around it says; without one it is no picture of the document's own. */
function lengthAt(bytes: Buffer, at: number): number | undefined {
  for (const distance of distances) {
    const start = at - distance;
    if (start < 0) continue;
    const type = bytes.readUInt16LE(start + 2);
    const length = bytes.readUInt32LE(start + 4) - (distance - 8);
    const isPicture = type >= 0xf01d && type <= 0xf02a;
    if (isPicture && length > 0 && at + length <= bytes.length) return length;
  }
  return undefined;
}
