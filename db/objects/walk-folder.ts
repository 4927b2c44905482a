import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './has-code.ts';
import { isObjectKey } from './object-keys.ts';
import type { ObjectStat } from './objects.ts';

/** The objects under `folder` (empty, or ending in a slash) whose key has the prefix, in key order. */
export async function* walkFolder(
  root: string,
  prefix: string,
  folder = '',
): AsyncGenerator<ObjectStat, void, void> {
  for (const name of await listNames(join(root, folder))) {
    const key = folder + name;
    if (name.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walkFolder(root, prefix, key);
    } else if (key.startsWith(prefix) && isObjectKey(key)) {
      const found = await statObject(root, key);
      if (found !== undefined) yield found;
    }
  }
}

/** Folders end in a slash, so that names sort as their keys do: `a.txt` comes before `a/b`. */
async function listNames(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function statObject(root: string, key: string): Promise<ObjectStat | undefined> {
  try {
    const { size, mtime } = await lstat(join(root, key));
    return { key, sizeBytes: size, modifiedAt: mtime };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
