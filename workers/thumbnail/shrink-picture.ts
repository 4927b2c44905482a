// Runs only in the sandbox, as the engine `thumbnails` of `thumbnail-engine.ts`.
import { join } from 'node:path';
import { Refusal, type Reading } from '../extract/found.ts';
import { openPicture } from '../ocr/open-picture.ts';
import type { ThumbnailAsk } from './thumbnail-engine.ts';

export async function* shrinkPicture(
  file: string,
  { folder, ask: { sidePx } }: Reading & { readonly ask: ThumbnailAsk },
): AsyncGenerator<{ kind: 'shrunk'; fileName: string }, void, void> {
  const picture = await openPicture(file);
  const fileName = 'thumbnail.jpg';
  try {
    // What is not asked for is not kept: where it was taken, by what and when stays in the original.
    await picture
      .open(0, { isLenient: true })
      .flatten({ background: '#fff' })
      .resize(sidePx, sidePx, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .jpeg({ quality: 80, mozjpeg: true })
      .toFile(join(folder, fileName));
  } catch {
    throw new Refusal(
      'file_damaged',
      'This picture is damaged so much that nothing of it can be seen.',
    );
  }
  yield { kind: 'shrunk', fileName };
}
