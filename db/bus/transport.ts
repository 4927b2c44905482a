/** What an implementation of the bus has to bring; the rest is the same for all. */
export type Transport = {
  /** For messages to a person, such as `PostgreSQL (DATABASE_URL)`. */
  readonly server: string;
  /** The name that a topic has on the server. */
  channelOf(topic: string): string;
  /** Both give up and leave no socket behind when `signal` fires. */
  connectListener(events: ListenerEvents, signal: AbortSignal): Promise<ListenerLink>;
  connectPublisher(onLost: OnLost, signal: AbortSignal): Promise<PublisherLink>;
};

export type OnLost = (error: Error) => void;
export type ListenerEvents = {
  readonly onMessage: (channel: string, message: string) => void;
  readonly onLost: OnLost;
};

/** Calls never overlap. */
export type ListenerLink = {
  change(listen: readonly string[], unlisten: readonly string[]): Promise<void>;
  ping(): Promise<void>;
  close(): void;
};

/** Calls never overlap. */
export type PublisherLink = {
  send(lines: readonly Line[]): Promise<void>;
  close(): void;
};

export type Line = { readonly channel: string; readonly message: string };

/** Opens a connection; a server that does not answer costs `connectWithinMs` at most. */
export async function connectInTime<Link>(
  transport: Transport,
  stop: AbortSignal,
  connect: (signal: AbortSignal) => Promise<Link>,
): Promise<Link> {
  try {
    return await connect(AbortSignal.any([stop, AbortSignal.timeout(connectWithinMs)]));
  } catch (cause) {
    throw new Error(`cannot connect the bus to ${transport.server}: check that it runs`, { cause });
  }
}

const connectWithinMs = 4_000;

/** Grows with each failure to 2 s, and differs between processes so that they do not come all at once. */
export function backOffMs(failures: number): number {
  return Math.min(100 * 2 ** failures, 2_000) * (0.5 + Math.random() / 2);
}
