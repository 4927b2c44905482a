/** All sound is brought to this before anybody listens: one channel of 16-bit samples. */
export const samplesPerSecond = 16_000;
export const bytesPerMs = (2 * samplesPerSecond) / 1_000;

/** A stretch of a recording. */
export type Span = { readonly startMs: number; readonly endMs: number };
