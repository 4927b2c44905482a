/**
 * Small messages between processes. At most once: whoever must not miss one reads rows as well.
 * What one process publishes to a topic arrives in order, at the publisher too.
 */
export type Bus = {
  /**
   * Resolves when the server has the message; rejects within `answerWithinMs` when it does not
   * answer, and then the message may arrive or not.
   * Of identical messages that wait together to be sent, only the last may arrive.
   * Refuses messages over `maxMessageBytes`: send an id and let the receiver read the row.
   */
  publish(topic: string, message: string): Promise<void>;
  /**
   * Resolves when messages published from now on will arrive, and then outlives lost connections.
   * Rejects within `answerWithinMs`, leaving nothing behind, when the server is away.
   * What `onMessage` throws is logged and nothing else.
   */
  subscribe(topic: string, onMessage: OnMessage): Promise<Unsubscribe>;
  /** Called each time a lost connection is back: messages may have been missed. */
  onGap(listener: () => void): () => void;
  close(): Promise<void>;
};

export type OnMessage = (message: string) => void | Promise<void>;
/** No message arrives after this was called; it never rejects. */
export type Unsubscribe = () => Promise<void>;

/** What NOTIFY carries, with room to spare; the same for every implementation. */
export const maxMessageBytes = 7_500;
/** The longest that publish and subscribe wait for a server that does not answer. */
export const answerWithinMs = 5_000;

/** Throws a sentence when a message cannot travel on every implementation. */
export function checkMessage(topic: string, message: string): void {
  const sizeBytes = Buffer.byteLength(message);
  if (sizeBytes > maxMessageBytes) {
    throw new Error(
      `A message to ${topic} has ${sizeBytes} bytes, more than the ${maxMessageBytes} that a bus carries: ` +
        'send an id and let the receiver read the row.',
    );
  }
  if (message.includes('\0')) {
    throw new Error(`A message to ${topic} holds a NUL character: send text, such as JSON.`);
  }
}
