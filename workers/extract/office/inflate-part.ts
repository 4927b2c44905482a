import { constants, createInflateRaw } from 'node:zlib';

export type Part = {
  readonly bytes: Buffer;
  /** How many packed bytes they came out of. */
  readonly packedBytes: number;
  /** False where the packed bytes break off or go wrong, and where there are more than asked for. */
  readonly isWhole: boolean;
};

/** Unpacks until the bytes end, break or are too many; what came out until then is kept. */
export async function inflatePart(packed: Buffer, mostBytes: number): Promise<Part> {
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (isWhole: boolean): Part => ({
    bytes: Buffer.concat(chunks),
    packedBytes: inflate.bytesWritten,
    isWhole,
  });
  inflate.end(packed);
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) return end(false);
      chunks.push(chunk);
    }
    return end(true);
  } catch {
    // Broken bytes are no fault of ours: the reader is told by `isWhole`.
    return end(false);
  } finally {
    inflate.destroy();
  }
}
