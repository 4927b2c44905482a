import { createReadStream } from 'node:fs';
import { hasCode } from '@lectern/db/objects/has-code';
import { fileBreaksReader } from './explain-end.ts';

/**
 * A file that a reader wrote. It is opened when somebody reads it: a stream that fails with nobody
 * listening yet would end the whole process.
 */
export async function* readOutput(path: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    const bytes: AsyncIterable<Uint8Array> = createReadStream(path);
    yield* bytes;
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? fileBreaksReader(error) : error;
  }
}
