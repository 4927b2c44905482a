import type { IncomingMessage } from 'node:http';
import { cutOff } from '../plugins/bodies.ts';
import { tooSlow } from '../problems/problem.ts';

/** More than this waits on the sender's side. */
const mostBuffered = 512 * 1024;

/**
 * The bytes of a request as they arrive, uncopied. A sender that pauses for longer than `pauseMs` is
 * given up; the time in which we do not ask for more does not count.
 */
export async function* pullChunks(
  request: IncomingMessage,
  pauseMs: number,
): AsyncGenerator<Buffer, void, void> {
  const chunks: Buffer[] = [];
  let buffered = 0;
  let isOver = request.readableEnded;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const settle = (error?: Error) => {
    isOver = true;
    failure ??= error;
    wake?.();
  };
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    buffered += chunk.length;
    if (buffered >= mostBuffered) request.pause();
    wake?.();
  };
  const onEnd = () => settle();
  const onCut = () => settle(request.complete ? undefined : cutOff());
  const timer = setTimeout(() => {
    // While we hold chunks it is we who are slow.
    if (chunks.length === 0) settle(tooSlow('The upload paused for too long.'));
  }, pauseMs);

  if (request.destroyed && !request.readableEnded) settle(cutOff());
  request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  try {
    while (true) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        buffered -= chunk.length;
        if (buffered < mostBuffered && request.isPaused()) request.resume();
        yield chunk;
        timer.refresh();
        continue;
      }
      if (failure !== undefined) throw failure;
      if (isOver) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
      wake = undefined;
    }
  } finally {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    // A sender that breaks off after this is nobody's concern.
    request.on('error', () => undefined);
  }
}
