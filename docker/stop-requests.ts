/** The person's wish to stop, and the second one that says to be quick about it. */
export type StopRequests = {
  readonly asked: AbortSignal;
  readonly hurried: AbortSignal;
  close(): void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal and npm both hand on one Ctrl-C: what comes this soon is the same wish. */
const sameWishMs = 700;

export function listenForStop(): StopRequests {
  const asked = new AbortController();
  const hurried = new AbortController();
  let askedAt = 0;
  const onSignal = () => {
    if (!asked.signal.aborted) {
      askedAt = performance.now();
      asked.abort(new Error('a stop was asked for'));
    } else if (performance.now() - askedAt > sameWishMs) hurried.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  // Whoever started this process through a channel is gone.
  process.on('disconnect', onSignal);
  return {
    asked: asked.signal,
    hurried: hurried.signal,
    close() {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('disconnect', onSignal);
    },
  };
}
