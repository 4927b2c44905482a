import { type Static, Type } from 'typebox';
import { defineEngine } from '../../../sandbox/define-engine.ts';

/** A picture of a presentation lies in the folder now. */
export const Drawn = Type.Object({ kind: Type.Literal('drawn'), fileName: Type.String() });
export type Drawn = Static<typeof Drawn>;

/** Draws what a presentation begins with, as people know it again. */
export const firstSlides = defineEngine({
  name: 'first-slides',
  module: import.meta.resolve('./draw-first-slide.ts'),
  run: 'drawFirstSlide',
  shape: Drawn,
  isNative: true,
  limits: { deadlineMs: 2 * 60_000, cpuSeconds: 60 },
});
