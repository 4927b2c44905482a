import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { locate, moveIntoPlace, removeEmptyFolders } from './folder-paths.ts';
import { hasCode } from './has-code.ts';
import { MeasuredStream } from './measured-stream.ts';
import { checkObjectKey, checkObjectPrefix, checkRange, temporaryFolder } from './object-keys.ts';
import {
  ObjectMissing,
  type Objects,
  RangeBeyondEnd,
  StoreFull,
  type WriteOptions,
  type Written,
} from './objects.ts';
import { walkFolder } from './walk-folder.ts';
import { writeBatches } from './write-batches.ts';

const readChunkBytes = 256 * 1024;
/** An upload whose file was not written to for so long has no process any more. */
const abandonedAfterMs = 24 * 3_600_000;

/** Objects as files in a folder. What is not whole yet is in its `temp/`, under a name of its own. */
export function openFolderObjects(root: string): Objects {
  const temp = join(root, temporaryFolder);
  let prepared: Promise<void> | undefined;

  const prepare = () =>
    (prepared ??= prepareTemp(temp).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));

  const write = async (
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<Written> => {
    checkObjectKey(key);
    await prepare();
    const temporary = join(temp, randomUUID());
    const chunks = new MeasuredStream(source, options);
    try {
      await using file = await open(temporary, 'wx');
      await writeBatches(file, chunks);
      const written = chunks.finish();
      await file.sync();
      options.signal?.throwIfAborted();
      await moveIntoPlace(temporary, await locate(root, key));
      return written;
    } catch (error) {
      await unlinkIfThere(temporary);
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
      throw new StoreFull(`there is no room left in ${root}`, { cause: error });
    }
  };

  return {
    write,
    async read(key, range) {
      checkObjectKey(key);
      if (range !== undefined) checkRange(range);
      const file = await openToRead(root, key);
      if (range === undefined) return file.createReadStream({ highWaterMark: readChunkBytes });
      const { size } = await file.stat();
      if (range.start < size)
        return file.createReadStream({ ...range, highWaterMark: readChunkBytes });
      await file.close();
      throw new RangeBeyondEnd(`${key} has ${size} bytes: none at ${range.start}`);
    },
    async stat(key) {
      checkObjectKey(key);
      const { stats } = await locate(root, key);
      return stats && { key, sizeBytes: stats.size, modifiedAt: stats.mtime };
    },
    async locate(key) {
      checkObjectKey(key);
      const { path, stats } = await locate(root, key);
      return stats && resolve(path);
    },
    async remove(key) {
      checkObjectKey(key);
      const { path, stats } = await locate(root, key);
      if (stats === undefined) return;
      await unlinkIfThere(path);
      await removeEmptyFolders(root, path);
    },
    list(prefix) {
      checkObjectPrefix(prefix);
      return walkFolder(root, prefix);
    },
    async check() {
      try {
        await prepare();
        const probe = join(temp, randomUUID());
        await writeFile(probe, 'probe', { flag: 'wx' });
        await unlinkIfThere(probe);
      } catch (cause) {
        throw new Error(
          `cannot keep files in ${root}: make it a folder that may be written to, or set DATA_DIR`,
          { cause },
        );
      }
    },
    close: () => Promise.resolve(),
  };
}

async function openToRead(root: string, key: string): Promise<FileHandle> {
  const { path, stats } = await locate(root, key);
  const missing = () => new ObjectMissing(`there is no object ${key}`);
  if (stats === undefined) throw missing();
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? missing() : error;
  }
}

/** Makes the folder, and removes what processes that were killed left in it. */
async function prepareTemp(temp: string): Promise<void> {
  await mkdir(dirname(dirname(temp)), { recursive: true });
  // Uploads are not for every user of this machine; the folder above may be.
  await mkdir(temp, { recursive: true, mode: 0o700 });
  const before = Date.now() - abandonedAfterMs;
  for (const name of await readdir(temp)) {
    const path = join(temp, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() === true && stats.mtimeMs < before) await unlinkIfThere(path);
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
