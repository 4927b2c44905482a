import { fromBufferPromise, openPromise } from 'yauzl';
import { Refusal } from '../found.ts';
import type { Source } from './open-source.ts';

/** Where the packed bytes of a file in a zip stand. */
export type Entry = {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Looked up only when wanted: thousands of parts are never read. */
  readonly range: () => Promise<{ at: number; length: number }>;
};

/** A presentation of a thousand slides has some five thousand parts. */
export const mostEntries = 20_000;

/** The files of a zip as its directory lists them; throws where there is none or it is broken. */
export async function listEntries(
  source: Source,
): Promise<{ entries: Entry[]; close: () => void }> {
  const options = { decodeStrings: false, autoClose: false } as const;
  const zip =
    source.bytes === undefined
      ? await openPromise(source.file, options)
      : await fromBufferPromise(source.bytes, options);
  if (zip.entryCount > mostEntries) {
    zip.close();
    throw new Refusal('too_many_parts', 'This file holds more parts than any document has.');
  }
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push({
        name: nameOf(entry.fileNameRaw),
        method: entry.compressionMethod,
        isEncrypted: entry.isEncrypted(),
        range: async () => ({
          at: (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart,
          length: entry.compressedSize,
        }),
      });
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  return { entries, close: () => zip.close() };
}

/** Names are only keys, never paths; some writers set backslashes or a slash in front. */
export function nameOf(raw: Buffer): string {
  return raw.toString('utf8', 0, 1024).replaceAll('\\', '/').replace(/^\/+/, '');
}
