import type { Span } from '../listen/sound.ts';

/** Times are those of the excerpt. */
export type HeardWord = Span & { readonly text: string };

/** Some words that an engine heard together. */
export type Segment = Span & {
  readonly text: string;
  /** Where the engine tells when each is said. They may lack points and commas. */
  readonly words?: readonly HeardWord[];
  /** How probable it is that nobody spoke, and how sure the engine is of its words, as Whisper tells it. */
  readonly noSpeech?: number;
  readonly logProbability?: number;
};

export type Heard = {
  /** As the engine heard it, as a code. */
  readonly language: string | null;
  readonly segments: readonly Segment[];
  /** How sure the engine is of its words, 0–1, if it tells. */
  readonly confidence?: number;
};

export type Listening = {
  /** 16-bit samples, 16 kHz, one channel. */
  readonly pcm: Buffer;
  readonly durationMs: number;
  /** Undefined where the engine is to find out. */
  readonly language: string | undefined;
  /** Higher, it dares more: for a second try. */
  readonly temperature: number;
  /** Whose recording it is: those who ask for much leave turns to the others. */
  readonly asker: string;
  readonly signal: AbortSignal;
};

/** Writes down what is said. */
export type SpeechEngine = {
  /** Kept with what it wrote, so that another engine does not go on with it. */
  readonly name: string;
  /** Often wrong; its text is good for searching and not for reading. */
  readonly isDraft: boolean;
  /** The languages it knows; undefined where that is nearly all. */
  readonly languages: readonly string[] | undefined;
  /** Whether another try may give another text. */
  readonly canVary: boolean;
  /** Pieces that it takes at a time, from all recordings together. */
  readonly places: number;
  listen(listening: Listening): Promise<Heard>;
  /** Ends what it has started. */
  close?(): void;
};
