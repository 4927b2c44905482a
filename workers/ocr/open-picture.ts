import sharp, { type Metadata, type Sharp } from 'sharp';
import { Refusal } from '../extract/found.ts';
import { listGifFrames } from './list-gif-frames.ts';

/** More than any scanner gives: a sheet of A2 at 400 dpi. What claims more is there to fill memory. */
const mostPixels = 100_000_000;

const formats = new Set(['jpeg', 'png', 'gif', 'webp', 'tiff']);

export type Picture = {
  readonly about: Metadata;
  /** One of the pictures in the file; what is damaged is decoded as far as it can be. */
  open(frame: number, options?: { readonly isLenient?: boolean }): Sharp;
};

/** Looks at what a picture claims to be, before anything of it is decoded. */
export async function openPicture(file: string): Promise<Picture> {
  sharp.cache(false);
  const about = await readAbout(file);
  if (!formats.has(about.format)) {
    throw new Refusal('unsupported_media', `Pictures of the kind ${about.format} are not read.`);
  }
  const sizes = [[about.width, about.pageHeight ?? about.height] as const];
  if (about.format === 'gif') sizes.push(...(await listGifFrames(file)));
  for (const [width, height] of sizes) {
    if (width * height <= mostPixels) continue;
    throw new Refusal(
      'too_many_pixels',
      `This picture claims ${width} × ${height} pixels. At most ${mostPixels / 1e6} million are read: make it smaller.`,
    );
  }
  return {
    about,
    open: (frame, { isLenient = false } = {}) =>
      sharp(file, {
        page: frame,
        pages: 1,
        limitInputPixels: mostPixels,
        failOn: isLenient ? 'none' : 'error',
        sequentialRead: true,
      }).autoOrient(),
  };
}

async function readAbout(file: string): Promise<Metadata> {
  try {
    return await sharp(file, { limitInputPixels: false }).metadata();
  } catch (cause) {
    const message = 'This picture is damaged so much that nothing of it can be seen.';
    throw Object.assign(new Refusal('file_damaged', message), { cause });
  }
}
