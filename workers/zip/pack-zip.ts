import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export type ZipEntry = {
  readonly name: string;
  readonly modifiedAt: Date;
  /** Opened when it is asked for, because the next entry is asked for when this one has been read. */
  readonly content: Readable;
  /** Such bytes are stored as they are: to compress them again takes long and gains nothing. */
  readonly isCompressed?: boolean;
};

/** A zip that is made while it is read: one entry is open at a time, whatever their number and size. */
export function packZip(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  const left = new AbortController();
  output.once('close', () => left.abort());
  zip.once('error', (error: Error) => output.destroy(error));
  zip.outputStream.pipe(output);
  feed(zip, entries, left.signal).catch((error: unknown) =>
    output.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return output;
}

async function feed(zip: ZipFile, entries: AsyncIterable<ZipEntry>, left: AbortSignal) {
  for await (const entry of entries) await addEntry(zip, entry, left);
  zip.end();
}

/** Ends when the content has been read, or when nobody reads the zip any more. */
async function addEntry(zip: ZipFile, entry: ZipEntry, left: AbortSignal): Promise<void> {
  const { name, modifiedAt, content, isCompressed = false } = entry;
  try {
    const options = { mtime: modifiedAt, compressionLevel: isCompressed ? 0 : 6 };
    zip.addReadStreamLazy(name, options, (pass) => pass(null, content));
    await finished(content, { signal: left });
  } finally {
    content.destroy();
  }
}
