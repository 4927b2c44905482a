import type { FileHandle } from 'node:fs/promises';

type Writable = Pick<FileHandle, 'writev'>;

/** Few large writes instead of one per network chunk. */
const batchBytes = 1024 * 1024;
const maxChunksPerBatch = 1_000;

/** Writes a stream to the end of a file. One batch is written while the next one is read. */
export async function writeBatches(
  file: Writable,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  let batch: Uint8Array[] = [];
  let sizeBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      batch.push(chunk);
      sizeBytes += chunk.byteLength;
      if (sizeBytes < batchBytes && batch.length < maxChunksPerBatch) continue;
      await writing;
      writing = writeWhole(file, batch);
      // It is awaited before the next batch; until then its failure is nobody's fault.
      writing.catch(() => undefined);
      batch = [];
      sizeBytes = 0;
    }
    await writing;
    await writeWhole(file, batch);
  } finally {
    await writing.catch(() => undefined);
  }
}

/** A write may stop short, when the disk is nearly full for one. */
async function writeWhole(file: Writable, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.byteLength > 0);
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest);
    rest = skipBytes(rest, bytesWritten);
  }
}

function skipBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest = [...chunks];
  let left = count;
  while (rest[0] !== undefined && left >= rest[0].byteLength) left -= rest.shift()?.byteLength ?? 0;
  if (rest[0] !== undefined && left > 0) rest[0] = rest[0].subarray(left);
  return rest;
}
