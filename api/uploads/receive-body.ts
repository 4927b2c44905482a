import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { watchPauses } from '../materials/watch-pauses.ts';
import { cutOff } from '../plugins/bodies.ts';

/** A request's body that ends with an error when the sender is gone or pauses for too long, or at a signal. */
export function receiveBody(
  raw: IncomingMessage,
  { pauseMs, signal }: { readonly pauseMs: number; readonly signal: AbortSignal | undefined },
): { readonly body: ReadableStream; readonly stop: () => void } {
  const bytes = new PassThrough({ highWaterMark: 256 * 1024 });
  // Whoever reads it hears of the error; when nobody does any more, nobody has to.
  bytes.on('error', () => undefined);
  const pauses = watchPauses(raw, pauseMs);
  pauses.tooLong.catch((error: Error) => bytes.destroy(error));
  const cut = () => bytes.destroy(cutOff());
  signal?.addEventListener('abort', cut);
  raw.once('close', () => {
    if (!raw.readableEnded) cut();
  });
  // Who was gone before anybody listened does not close again.
  if (raw.destroyed && !raw.readableEnded) cut();
  raw.pipe(bytes);
  return {
    body: Readable.toWeb(bytes),
    stop: () => {
      pauses.stop();
      signal?.removeEventListener('abort', cut);
      raw.unpipe(bytes);
    },
  };
}
