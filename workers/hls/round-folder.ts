import { dirname } from 'node:path/posix';
import type { Objects } from '@lectern/db/objects/objects';
import type { MaterialSource } from '@lectern/db/postgres/material-source';

type Original = Pick<MaterialSource, 'object_key'>;

const folderOf = ({ object_key: key }: Original) => `${dirname(key)}/hls`;

/** Where the segments of a round lie. */
export function folderOfRound(material: Original, round: number): string {
  return `${folderOf(material)}/${round}`;
}

/** Removes the segments of rounds that nobody plays any more. */
export async function removeOtherRounds(
  objects: Pick<Objects, 'list' | 'remove'>,
  material: Original,
  { round, signal }: { readonly round: number; readonly signal: AbortSignal },
): Promise<void> {
  for await (const { key } of objects.list(`${folderOf(material)}/`)) {
    signal.throwIfAborted();
    if (!key.startsWith(`${folderOfRound(material, round)}/`)) await objects.remove(key);
  }
}
