import sharp from 'sharp';
import type { GreyPicture } from './draw-page.ts';

/** A drawn picture as a file of the kind that people send. */
export async function encodePicture(
  { width, height, pixels }: GreyPicture,
  format: 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' = 'png',
  { turn = 0, orientation }: { readonly turn?: number; readonly orientation?: number } = {},
): Promise<Buffer> {
  const image = sharp(pixels, { raw: { width, height, channels: 1 } }).rotate(turn);
  const marked = orientation === undefined ? image : image.withMetadata({ orientation });
  return await marked.toFormat(format).toBuffer();
}
