import { Type } from 'typebox';

/** What is to be made of a recording, in the words of ffmpeg. */
export type Conversion = {
  /** Options that go before the input. */
  readonly input: readonly string[];
  readonly filter?: string;
  readonly outputs: readonly Output[];
};

export type Output = {
  /** Of the file, in the reader's own folder; where it is cut into segments, their pattern. */
  readonly name: string;
  readonly options: readonly string[];
  /** Where the segments are listed as they end. */
  readonly list?: string;
};

export const Segment = Type.Object({
  kind: Type.Literal('segment'),
  /** Which of the outputs it belongs to. */
  output: Type.Integer({ minimum: 0 }),
  fileName: Type.String(),
  startS: Type.Number(),
  endS: Type.Number(),
});
