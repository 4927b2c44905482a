import { buffer } from 'node:stream/consumers';
import type { Objects } from '../objects/objects.ts';
import { compoundDirectoryAt } from './recognise-compound.ts';
import { type Media, recogniseMedia } from './recognise-media.ts';
import { recogniseOffice } from './recognise-office.ts';

const tailBytes = 64 * 1024;
const directoryBytes = 4 * 1024;

/** Whether more than the beginning of a file has to be seen to tell what it is: it is packed, and lists what it holds elsewhere. */
export function isPacked(head: Buffer): boolean {
  return ['504b0304', 'd0cf11e0a1b11ae1'].some((mark) =>
    head.toString('hex', 0, 8).startsWith(mark),
  );
}

export type Stored = {
  readonly key: string;
  readonly sizeBytes: number;
  readonly head: Buffer;
  readonly fileName: string;
};

/** What a file is that is in the store already. */
export async function recogniseStored(
  objects: Pick<Objects, 'read'>,
  { key, sizeBytes, head, fileName }: Stored,
): Promise<Media | undefined> {
  if (!isPacked(head)) return recogniseMedia(head, fileName);
  const readAt = async (start: number, bytes: number): Promise<Buffer | undefined> => {
    if (start >= sizeBytes) return undefined;
    return buffer(await objects.read(key, { start, end: Math.min(sizeBytes, start + bytes) - 1 }));
  };
  const directoryAt = compoundDirectoryAt(head);
  return recogniseOffice({
    head,
    fileName,
    tail: await readAt(Math.max(0, sizeBytes - tailBytes), tailBytes),
    directory: directoryAt === undefined ? undefined : await readAt(directoryAt, directoryBytes),
  });
}
