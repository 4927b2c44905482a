import { on } from 'node:events';
import type { Config } from '@lectern/db/config';
import type { FastifyRequest } from 'fastify';
import { watchPauses } from '../materials/watch-pauses.ts';
import { cutOff } from '../plugins/bodies.ts';
import { Problem } from '../problems/problem.ts';

/** The bytes of a body that no parser read, as they arrive. A sender that pauses is given up. */
export async function* readRawBody(
  { raw }: FastifyRequest,
  { bodyTimeoutMs }: Pick<Config, 'bodyTimeoutMs'>,
): AsyncGenerator<Buffer, void, void> {
  const pauses = watchPauses(raw, bodyTimeoutMs);
  const options = { close: ['end', 'close'], highWaterMark: 4, lowWaterMark: 1 };
  const chunks = on(raw, 'data', options);
  try {
    while (!raw.readableEnded) {
      const { value, done } = await Promise.race([chunks.next(), pauses.tooLong]);
      if (done === true) break;
      yield* value;
    }
    if (!raw.readableEnded) throw cutOff();
  } catch (error) {
    throw error instanceof Problem ? error : cutOff();
  } finally {
    pauses.stop();
    await chunks.return?.();
    // The rest of a refused body may still break off; nobody is left to tell.
    raw.on('error', () => undefined);
  }
}
