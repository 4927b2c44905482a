import { open } from 'node:fs/promises';
import { Refusal } from '../found.ts';

/** A local file, or a file that stood inside another and is held in memory. */
export type Source =
  | { readonly file: string; readonly bytes?: undefined }
  | { readonly bytes: Buffer };

export type OpenSource = {
  readonly size: number;
  /** What there is of the range: less than asked for where the file ends before. */
  readonly read: (at: number, length: number) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};

/** No more than this of a file is held in memory at once. */
const mostBytesInMemory = 512 * 1024 * 1024;

export async function openSource(source: Source): Promise<OpenSource> {
  if (source.bytes !== undefined) {
    const { bytes } = source;
    return {
      size: bytes.length,
      read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
      close: () => Promise.resolve(),
    };
  }
  const handle = await open(source.file, 'r');
  const { size } = await handle.stat();
  return {
    size,
    read: async (at, length) => {
      const wanted = Math.max(0, Math.min(length, size - at));
      if (wanted > mostBytesInMemory) throw new Refusal('too_large', 'This file is too large.');
      const buffer = Buffer.alloc(wanted);
      let got = 0;
      while (got < wanted) {
        const { bytesRead } = await handle.read(buffer, got, wanted - got, at + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return buffer.subarray(0, got);
    },
    close: () => handle.close(),
  };
}

export async function readSource(source: Source): Promise<Buffer> {
  const opened = await openSource(source);
  try {
    return await opened.read(0, opened.size);
  } finally {
    await opened.close();
  }
}
