import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelFile } from './list-files.ts';

export type Fetching = {
  readonly path: string;
  readonly signal: AbortSignal;
  /** Bytes that are there so far. */
  readonly progress: (bytes: number) => void;
  readonly pauseMs?: number;
};

const mostTries = 5;

/** Brings a file and checks it; what a broken connection left is gone on with. False if it was there. */
export async function fetchFile(file: ModelFile, fetching: Fetching): Promise<boolean> {
  const { path, signal, pauseMs = 2_000 } = fetching;
  if (await isRight(file, path)) return false;
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  for (let tries = 1; ; tries++) {
    try {
      await fetchRest(file, part, fetching);
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (tries === mostTries) throw new Error(`cannot fetch ${file.url}`, { cause: error });
      await sleep(pauseMs * tries, undefined, { signal });
    }
  }
  if (!(await isRight(file, part))) {
    await rm(part, { force: true });
    throw new Error(`${file.name} is not what it should be: its checksum is another. Try again.`);
  }
  await rename(part, path);
  return true;
}

async function fetchRest(
  { url, sizeBytes }: ModelFile,
  part: string,
  { signal, progress }: Fetching,
): Promise<void> {
  let have = await sizeOf(part);
  if (have === sizeBytes) return;
  if (have > sizeBytes) have = 0;
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await fetch(url, { headers, signal });
  if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
  // Whoever knows no ranges sends all of it.
  if (response.status !== 206) have = 0;
  const body = Readable.fromWeb(response.body);
  let bytes = have;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > sizeBytes) throw new Error('it is longer than it should be');
      progress(bytes);
      yield chunk;
    }
  };
  await pipeline(body, counted, createWriteStream(part, { flags: have > 0 ? 'a' : 'w' }), {
    signal,
  });
  if (bytes < sizeBytes) throw new Error('it broke off');
}

/** Whether the content of the file is what it has to be. */
async function isRight({ sizeBytes, digest }: ModelFile, path: string): Promise<boolean> {
  if ((await sizeOf(path)) !== sizeBytes) return false;
  const hash: Hash = createHash(digest.kind === 'git' ? 'sha1' : 'sha256');
  if (digest.kind === 'git') hash.update(`blob ${sizeBytes}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex') === digest.hex;
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
