import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measurePicture } from './measure-picture.ts';

const mostPictures = 500;
const mostTotalBytes = 256 * 1024 * 1024;
/** Less has no line of text. */
const leastWidth = 40;
const leastHeight = 16;
const mostPixels = 100_000_000;

export type PictureTaker = (bytes: Buffer) => Promise<string | undefined>;

/**
 * Writes pictures that may hold text into the folder, each once however often it is shown, and answers
 * with the name it gave.
 */
export function pictureTaker(folder: string): PictureTaker {
  const seen = new Set<string>();
  let total = 0;
  return async (bytes) => {
    const picture = measurePicture(bytes);
    if (picture === undefined) return undefined;
    const { width, height } = picture;
    const isSmall = width < leastWidth || height < leastHeight || width * height < 2_000;
    if (isSmall || width * height > mostPixels) return undefined;
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (seen.has(hash) || seen.size >= mostPictures) return undefined;
    if (total + bytes.length > mostTotalBytes) return undefined;
    seen.add(hash);
    total += bytes.length;
    const fileName = `picture-${seen.size}.${picture.format}`;
    await writeFile(join(folder, fileName), bytes);
    return fileName;
  };
}
