import type { Objects } from '@lectern/db/objects/objects';

export type Measured = { readonly files: number; readonly bytes: number };

export async function measureObjects(objects: Objects, prefix: string): Promise<Measured> {
  let files = 0;
  let bytes = 0;
  for await (const { sizeBytes } of objects.list(prefix)) {
    files++;
    bytes += sizeBytes;
  }
  return { files, bytes };
}

/** A video has thousands of pieces, and a store far away answers slowly. */
const atOnce = 16;

export async function removeObjects(
  objects: Objects,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  let keys: string[] = [];
  const removeKeys = async () => {
    signal.throwIfAborted();
    await Promise.all(keys.map((key) => objects.remove(key)));
    keys = [];
  };
  for await (const { key } of objects.list(prefix)) {
    keys.push(key);
    if (keys.length >= atOnce) await removeKeys();
  }
  await removeKeys();
}
