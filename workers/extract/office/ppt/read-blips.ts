import { findRecords, readRecord, types, type Record } from './read-records.ts';

/** JPEG, PNG, bitmaps and TIFF; drawings of vectors are left out. */
const pictureTypes = new Set([0xf01d, 0xf01e, 0xf01f, 0xf029, 0xf02a]);

/** The bytes of a picture by its number, counted from one. */
export function blipReader(
  document: Record | undefined,
  pictures: Buffer | undefined,
): (number: number) => Buffer | undefined {
  const [store] = findRecords(document, types.blipStore);
  const entries = findRecords(store, types.blipEntry);
  return (number) => {
    const entry = entries[number - 1]?.data;
    if (entry === undefined || entry.length < 36 || pictures === undefined) return undefined;
    const blip = readRecord(pictures, entry.readUInt32LE(28));
    return blip !== undefined && pictureTypes.has(blip.type) ? bytesOf(blip) : undefined;
  };
}

/** Before the picture stand one or two names of 16 bytes, and a byte. */
function bytesOf({ data, instance, type }: Record): Buffer {
  const hasTwo = (instance & 1) === 1 && type !== 0xf01d && type !== 0xf02a;
  const hasTwoJpeg = [0x46b, 0x6e3].includes(instance);
  return data.subarray((hasTwo || hasTwoJpeg ? 32 : 16) + 1);
}
