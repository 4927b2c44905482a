import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Objects } from '@lectern/db/objects/objects';
import { unlessAborted } from '../runtime/unless-aborted.ts';
import { folderPrefix } from '../sandbox/start-child.ts';

/** A recording as a file of this machine, to be read and never changed. */
export type SourceFile = AsyncDisposable & { readonly path: string };

type Copy = {
  readonly made: Promise<string>;
  readonly abort: AbortController;
  users: number;
  timer: NodeJS.Timeout | undefined;
};

/** The steps of one recording, and its pieces, come soon after one another. */
const keptMs = 60_000;

const copies = new Map<string, Copy>();

/**
 * Where a recording lies as a file. What is in a store of another machine, or sealed, is copied, once for
 * all who need it at the time.
 */
export async function openSource(
  objects: Pick<Objects, 'read' | 'locate'>,
  key: string,
  signal: AbortSignal,
): Promise<SourceFile> {
  const path = await objects.locate(key);
  if (path !== undefined) return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  const copy = copies.get(key) ?? startCopy(objects, key);
  copy.users++;
  clearTimeout(copy.timer);
  let hasLeft = false;
  const leave = () => {
    if (hasLeft) return;
    hasLeft = true;
    copy.users--;
    if (copy.users === 0) copy.timer = setTimeout(() => void drop(key, copy), keptMs).unref();
  };
  try {
    return {
      path: await unlessAborted(copy.made, signal),
      [Symbol.asyncDispose]: async () => leave(),
    };
  } catch (error) {
    leave();
    throw error;
  }
}

function startCopy(objects: Pick<Objects, 'read'>, key: string): Copy {
  const abort = new AbortController();
  const copy: Copy = {
    made: copyObject(objects, key, abort.signal),
    abort,
    users: 0,
    timer: undefined,
  };
  copies.set(key, copy);
  // The next who needs it begins anew.
  copy.made.catch(() => void drop(key, copy));
  return copy;
}

async function copyObject(
  objects: Pick<Objects, 'read'>,
  key: string,
  signal: AbortSignal,
): Promise<string> {
  // Named like the folders of readers: what a killed process left is swept away with theirs.
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-source-`));
  try {
    const path = join(folder, 'file');
    await pipeline(await objects.read(key), createWriteStream(path), { signal });
    return path;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function drop(key: string, copy: Copy): Promise<void> {
  if (copies.get(key) === copy) copies.delete(key);
  copy.abort.abort();
  const path = await copy.made.catch(() => undefined);
  if (path !== undefined) await rm(join(path, '..'), { recursive: true, force: true });
}
