import type { Stats } from 'node:fs';
import { lstat, mkdir, open, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from './has-code.ts';
import { temporaryFolder } from './object-keys.ts';

export type Place = { readonly path: string; readonly stats: Stats | undefined };

/** Where a key's file is, or would be. Throws when a link on the way could lead out of the folder. */
export async function locate(root: string, key: string): Promise<Place> {
  const path = join(root, key);
  let step = root;
  let stats: Stats | undefined;
  for (const segment of key.split('/')) {
    step = join(step, segment);
    stats = await lstatIfThere(step);
    if (stats === undefined) break;
    if (stats.isSymbolicLink()) {
      throw new Error(
        `${step} is a symbolic link, and objects are not kept behind links: remove it`,
      );
    }
  }
  return { path, stats: stats?.isFile() ? stats : undefined };
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Moves a finished file to its key, for good: a power cut after this leaves it there. */
export async function moveIntoPlace(temporary: string, { path }: Place): Promise<void> {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt++) {
    try {
      const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      await syncFolders(folder, firstMade === undefined ? folder : dirname(firstMade));
      return;
    } catch (error) {
      if (hasCode(error, 'EEXIST', 'ENOTDIR', 'EISDIR')) {
        throw new Error(`cannot store ${path}: an object cannot be a folder of others`, {
          cause: error,
        });
      }
      // A removal may have tidied the empty folder away before the file was in it.
      if (!hasCode(error, 'ENOENT') || attempt === 10) throw error;
    }
  }
}

/** A new name is on the disk only when the folder that holds it is. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === upTo || folder === dirname(folder)) return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** Removes the folders that a removed object leaves empty. */
export async function removeEmptyFolders(root: string, path: string): Promise<void> {
  const kept = new Set([root, join(root, temporaryFolder)]);
  for (let folder = dirname(path); !kept.has(folder); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return;
      throw error;
    }
  }
}
