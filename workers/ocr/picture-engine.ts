import { type Static, Type } from 'typebox';
import { defineEngine } from '../sandbox/define-engine.ts';

export const PictureMessage = Type.Union([
  /** A picture, or one of those in it, lies in the folder as a PGM that is easy to read. */
  Type.Object({
    kind: Type.Literal('prepared'),
    /** From 1; a GIF or TIFF may have several. */
    frame: Type.Integer(),
    frames: Type.Integer(),
    fileName: Type.String(),
    /** From its pixels to shares of the picture as people see it. */
    toShares: Type.Tuple([
      Type.Number(),
      Type.Number(),
      Type.Number(),
      Type.Number(),
      Type.Number(),
      Type.Number(),
    ]),
    isSideways: Type.Boolean(),
  }),
  Type.Object({ kind: Type.Literal('loss'), code: Type.String(), message: Type.String() }),
]);
export type PictureMessage = Static<typeof PictureMessage>;

/** Decodes a picture and makes it easy to read. */
export const pictures = defineEngine({
  name: 'pictures',
  module: import.meta.resolve('./prepare-picture.ts'),
  run: 'preparePicture',
  shape: PictureMessage,
  isNative: true,
  limits: { deadlineMs: 5 * 60_000, cpuSeconds: 4 * 60 },
});
