import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type CourseFile, Refusal } from './draft.ts';
import type { GivenFile } from './read-file.ts';
import type { ReadAnswer } from './read-thread.ts';

const limitMs = 120_000;
const resourceLimits = { maxOldGenerationSizeMb: 2_048, stackSizeMb: 16 };

/** Reads a file where it can take no longer and hold no more than it may. Its bytes are given away. */
export async function readInThread(given: GivenFile, signal: AbortSignal): Promise<CourseFile> {
  const thread = new Worker(new URL('read-thread.ts', import.meta.url), {
    workerData: given,
    transferList: given.bytes.buffer instanceof ArrayBuffer ? [given.bytes.buffer] : [],
    resourceLimits,
    // No setting and no secret is needed there.
    env: {},
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const ended = once(thread, 'exit', { signal: limit }).then(() => {
      throw tooCostly();
    });
    const [answer]: [ReadAnswer] = await Promise.race([
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread says nothing else
      once(thread, 'message', { signal: limit }) as Promise<[ReadAnswer]>,
      ended,
    ]);
    ended.catch(() => undefined);
    if ('file' in answer) return answer.file;
    throw new Refusal(answer.refused.code, answer.refused.message);
  } catch (error) {
    signal.throwIfAborted();
    throw limit.aborted || isOutOfMemory(error) ? tooCostly() : error;
  } finally {
    await thread.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooCostly(): Refusal {
  const message = 'The file takes more time or memory to read than it may. Divide it.';
  return new Refusal('file_too_costly', message);
}
