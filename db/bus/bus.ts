/** Small messages between processes. At most once: whoever must not miss one reads rows as well. */
export type Bus = {
  /** Refuses messages over `maxMessageBytes`: send an id and let the receiver read the row. */
  publish(topic: string, message: string): Promise<void>;
  /** Resolves when messages published from now on will arrive. */
  subscribe(topic: string, onMessage: (message: string) => void): Promise<Unsubscribe>;
  /** Called after a lost connection is back: messages may have been missed. */
  onGap(listener: () => void): () => void;
  close(): Promise<void>;
};

export type Unsubscribe = () => Promise<void>;

/** What NOTIFY carries, less the envelope; the same for every implementation. */
export const maxMessageBytes = 7_500;
