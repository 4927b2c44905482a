/** Who waits for a recording to be worked on, and until when. */
export type Waiting = {
  readonly signal: AbortSignal;
  /** Whose turn it counts as. Not given, it takes none. */
  readonly asker?: string | undefined;
};
