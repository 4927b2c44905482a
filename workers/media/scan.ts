import { type Static, Type } from 'typebox';

/** Numbers of the streams that are looked at. */
export type ScanAsk = {
  readonly picture: number | null;
  readonly sounds: readonly number[];
  /** Only so many seconds of it are looked at. */
  readonly untilS?: number;
};

/** What going through all packets of a recording tells; times are those of its file. */
export const Scanned = Type.Union([
  Type.Object({ kind: Type.Literal('keys'), atS: Type.Array(Type.Number()) }),
  Type.Object({
    kind: Type.Literal('ends'),
    pictureEndS: Type.Number(),
    soundEndS: Type.Number(),
    /** Some pictures before a key picture need it, so that it is no place to cut without encoding. */
    hasOpenGroups: Type.Boolean(),
    longestGapS: Type.Number(),
  }),
]);
export type Scanned = Static<typeof Scanned>;
