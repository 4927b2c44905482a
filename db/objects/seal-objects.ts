import { Readable } from 'node:stream';
import { makeSealCheck } from './check-seal.ts';
import { cutFrames } from './cut-frames.ts';
import { MeasuredStream } from './measured-stream.ts';
import { checkObjectKey, checkObjectPrefix, checkRange } from './object-keys.ts';
import {
  type ByteRange,
  ObjectMissing,
  type Objects,
  type ObjectStat,
  RangeBeyondEnd,
} from './objects.ts';
import {
  countFrames,
  frameBytes,
  headBytes,
  makeSeal,
  openFrame,
  openSeal,
  plainSizeOf,
  type Seal,
  sealedFrameBytes,
  sealFrame,
} from './seal-frames.ts';
import type { SealKey } from './seal-keys.ts';

/** What is sealed says so in its name, so that its size can be told without looking into it. */
const suffix = '.sealed';

/**
 * Objects that nobody can read who has the store alone. The first key seals what is written, all of them
 * open; what was written before there was a key stays readable. Without any key nothing is sealed.
 */
export function sealObjects(inner: Objects, keys: readonly SealKey[]): Objects {
  const [writing] = keys;

  const findSealed = async (key: string): Promise<ObjectStat | undefined> => {
    const found = await inner.stat(key + suffix);
    return found && { ...found, key, sizeBytes: plainSizeOf(found.sizeBytes) };
  };

  const openHead = async (key: string): Promise<Seal> => {
    const head = await readWhole(await inner.read(key + suffix, { start: 0, end: headBytes - 1 }));
    return openSeal(head, keys, key);
  };

  const readSealed = async (stat: ObjectStat, range?: ByteRange): Promise<Readable> => {
    const { key, sizeBytes } = stat;
    const { start, end } = range ?? { start: 0, end: Math.max(0, sizeBytes - 1) };
    if (range !== undefined && start >= sizeBytes) {
      throw new RangeBeyondEnd(`${key} has ${sizeBytes} bytes: none at ${start}`);
    }
    const last = Math.min(end, sizeBytes - 1);
    const [firstFrame, lastFrame] = [start, Math.max(0, last)].map((at) =>
      Math.floor(at / frameBytes),
    );
    const seal = await openHead(key);
    const sealed = await inner.read(key + suffix, {
      start: headBytes + (firstFrame ?? 0) * sealedFrameBytes,
      end: headBytes + ((lastFrame ?? 0) + 1) * sealedFrameBytes - 1,
    });
    const frames = openFrames(sealed, {
      seal,
      first: firstFrame ?? 0,
      count: countFrames(sizeBytes),
    });
    const from = start - (firstFrame ?? 0) * frameBytes;
    const plain = Readable.from(cut(frames, { from, bytes: last - start + 1 }), {
      objectMode: false,
    });
    // Also where nobody began to read.
    return plain.once('close', () => sealed.destroy());
  };

  const objects: Objects = {
    async write(key, source, options = {}) {
      checkObjectKey(key);
      checkName(key);
      if (writing === undefined) return inner.write(key, source, options);
      const chunks = new MeasuredStream(source, options);
      const seal = makeSeal(writing, key);
      const { signal } = options;
      try {
        await inner.write(key + suffix, sealFrames(chunks, seal), { ...(signal && { signal }) });
      } catch (error) {
        throw chunks.failure ?? error;
      }
      await inner.remove(key);
      return chunks.finish();
    },
    async read(key, range) {
      checkObjectKey(key);
      if (range !== undefined) checkRange(range);
      if (writing === undefined) {
        const plain = await inner.read(key, range).catch(unlessMissing);
        if (plain !== undefined) return plain;
      }
      const sealed = await findSealed(key);
      if (sealed !== undefined) return readSealed(sealed, range);
      if (writing !== undefined) return inner.read(key, range);
      throw new ObjectMissing(`there is no object ${key}`);
    },
    async stat(key) {
      checkObjectKey(key);
      return (await findSealed(key)) ?? (await inner.stat(key));
    },
    async locate(key) {
      return (await findSealed(key)) === undefined ? inner.locate(key) : undefined;
    },
    async remove(key) {
      checkObjectKey(key);
      await inner.remove(key + suffix);
      await inner.remove(key);
    },
    async *list(prefix) {
      checkObjectPrefix(prefix);
      for await (const stat of inner.list(prefix)) {
        const { key, sizeBytes } = stat;
        if (!key.endsWith(suffix)) yield stat;
        else
          yield { ...stat, key: key.slice(0, -suffix.length), sizeBytes: plainSizeOf(sizeBytes) };
      }
    },
    async check() {
      await inner.check();
      await checkSeal();
    },
    close: () => inner.close(),
  };
  const isSealing = writing !== undefined;
  const { write } = objects;
  const checkSeal = makeSealCheck({ inner, suffix, isSealing, open: openHead, write });
  return objects;
}

function checkName(key: string): void {
  if (key.endsWith(suffix))
    throw new Error(`${key} cannot name an object: ${suffix} is kept for sealed ones`);
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ObjectMissing)) throw error;
}

async function* sealFrames(
  source: AsyncIterable<Uint8Array>,
  seal: Seal,
): AsyncGenerator<Buffer, void, void> {
  yield seal.head;
  let number = 0;
  for await (const { bytes, isLast } of cutFrames(source, frameBytes)) {
    yield sealFrame(seal, bytes, { number, isLast });
    number++;
  }
}

type Opening = { readonly seal: Seal; readonly first: number; readonly count: number };

async function* openFrames(
  source: AsyncIterable<Uint8Array>,
  { seal, first, count }: Opening,
): AsyncGenerator<Buffer, void, void> {
  let number = first;
  for await (const { bytes } of cutFrames(source, sealedFrameBytes)) {
    yield openFrame(seal, bytes, { number, isLast: number === count - 1 });
    number++;
  }
}

async function* cut(
  source: AsyncIterable<Buffer>,
  { from, bytes }: { readonly from: number; readonly bytes: number },
): AsyncGenerator<Buffer, void, void> {
  let [skip, left] = [from, bytes];
  for await (const chunk of source) {
    const part = chunk.subarray(skip, skip + left);
    skip = 0;
    left -= part.length;
    if (part.length > 0) yield part;
    if (left <= 0) return;
  }
}

async function readWhole(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
