import type { IncomingMessage } from 'node:http';
import { tooSlow } from '../problems/problem.ts';

export type PauseWatch = {
  /** Rejects when the sender has paused for too long. */
  readonly tooLong: Promise<never>;
  readonly hasBytes: () => boolean;
  readonly stop: () => void;
};

/** Watches the bytes of a request go by; the time in which we do not ask for more does not count. */
export function watchPauses(request: IncomingMessage, pauseMs: number): PauseWatch {
  const { promise, reject } = Promise.withResolvers<never>();
  // Between two waits nobody listens, and that is no fault.
  promise.catch(() => undefined);
  let hasBytes = false;
  const timer = setTimeout(() => {
    if (request.isPaused()) timer.refresh();
    else reject(tooSlow('The upload paused for too long.'));
  }, pauseMs);
  const onData = () => {
    hasBytes = true;
    timer.refresh();
  };
  const onResume = () => void timer.refresh();
  const onEnd = () => clearTimeout(timer);
  request.on('data', onData).on('resume', onResume).on('end', onEnd).on('close', onEnd);
  const stop = () => {
    clearTimeout(timer);
    request.off('data', onData).off('resume', onResume).off('end', onEnd).off('close', onEnd);
  };
  return { tooLong: promise, hasBytes: () => hasBytes, stop };
}
