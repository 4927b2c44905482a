/** Some words of a recording, and when they are said. */
export type Cue = {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
};

/** No recording that people learn from goes on for longer. */
export const mostMs = 100 * 3_600_000;
/** As many as are said in a day without a pause. */
export const mostCues = 50_000;
export const mostCharacters = 2_000;
