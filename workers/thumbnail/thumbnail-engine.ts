import { Type } from 'typebox';
import { defineEngine } from '../sandbox/define-engine.ts';

/** How long the longer side may be. */
export type ThumbnailAsk = { readonly sidePx: number };

/** Makes a small JPEG of a picture, with nothing in it but what is seen. */
export const thumbnails = defineEngine({
  name: 'thumbnails',
  module: import.meta.resolve('./shrink-picture.ts'),
  run: 'shrinkPicture',
  shape: Type.Object({ kind: Type.Literal('shrunk'), fileName: Type.String() }),
  isNative: true,
  limits: { deadlineMs: 2 * 60_000, cpuSeconds: 60 },
});
