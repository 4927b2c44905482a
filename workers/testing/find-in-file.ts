import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Found, Piece, Read } from '../extract/found.ts';

/** What a reader finds in a file of these bytes. */
export async function findInFile(read: Read, bytes: Uint8Array): Promise<Found[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-test-'));
  const file = join(folder, 'file');
  await writeFile(file, bytes);
  const found: Found[] = [];
  const { signal } = new AbortController();
  for await (const one of read(file, { folder, signal })) found.push(one);
  return found;
}

export function piecesOf(found: readonly Found[]): Piece[] {
  return found.flatMap((one) => (one.kind === 'text' ? one.pieces : []));
}

export function textOf(found: readonly Found[]): string {
  return piecesOf(found)
    .map(({ text }) => text)
    .join('\n\n');
}
