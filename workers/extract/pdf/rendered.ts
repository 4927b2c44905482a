import { type Static, Type } from 'typebox';
import { defineEngine } from '../../sandbox/define-engine.ts';

/** Which pages are drawn, and how. */
export type PagesAsk = {
  /** Their numbers, from 1. */
  readonly pages: readonly number[];
  /** Grey pixels as a binary PGM, for those that look for letters; or a JPEG, for people. */
  readonly as: 'grey' | 'jpeg';
  /** Of letters on paper, 150 to 200 are read best; larger pages get fewer. */
  readonly dpi?: number;
  readonly mostPixels?: number;
  /** What was drawn is made smaller, so that neither side is longer. */
  readonly mostSide?: number;
};

export const Rendered = Type.Union([
  /** A page lies in the folder now. */
  Type.Object({
    kind: Type.Literal('rendered'),
    page: Type.Integer(),
    fileName: Type.String(),
    width: Type.Integer(),
    height: Type.Integer(),
    /** What it came to be. */
    dpi: Type.Number(),
  }),
  /** A page could not be drawn; the others can. */
  Type.Object({
    kind: Type.Literal('loss'),
    page: Type.Integer(),
    code: Type.String(),
    message: Type.String(),
  }),
]);
export type Rendered = Static<typeof Rendered>;

/** Draws pages of a PDF, one after the other as they are asked for. */
export const pdfPages = defineEngine({
  name: 'pdf-pages',
  module: import.meta.resolve('./render-page.ts'),
  run: 'renderPages',
  shape: Rendered,
  isNative: true,
});
