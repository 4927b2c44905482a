import { headBytes } from '@lectern/db/materials/recognise-media';
import { guessMedia } from '../materials/receive-files.ts';

/** Passes a file on from its first byte; one of a kind that nobody can read ends as soon as that shows. */
export async function* judgeBeginning(
  bytes: AsyncIterable<Buffer>,
  { fileName, sizeBytes }: { readonly fileName: string; readonly sizeBytes: number },
): AsyncGenerator<Buffer, void, void> {
  let head: Buffer[] | undefined = [];
  let length = 0;
  try {
    for await (const chunk of bytes) {
      length += chunk.length;
      if (head === undefined) {
        yield chunk;
        continue;
      }
      head.push(chunk);
      if (length < Math.min(headBytes, sizeBytes)) continue;
      const judged: Buffer[] = head;
      head = undefined;
      guessMedia(Buffer.concat(judged).subarray(0, headBytes), fileName);
      yield* judged;
    }
  } catch (error) {
    // What came before the sender broke off counts.
    if (head !== undefined) yield* head;
    throw error;
  }
  if (head !== undefined) yield* head;
}
