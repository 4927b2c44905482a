import { stat } from 'node:fs/promises';
import type { Store } from '@lectern/db/open';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import { openReading } from '../sandbox/open-reading.ts';
import { mediaExtraction } from './engines.ts';
import { openSource } from './open-source.ts';
import { options } from './options.ts';
import { safeDecoding } from './safe-input.ts';
import type { Waiting } from './waiting.ts';

/** Samples in a second of what speech is recognised in. */
const speechRate = 16_000;
const sampleBytes = 2;

export type DecodedSound = AsyncDisposable & {
  /** Signed samples of two bytes, the lower first; one channel. Gone when the sound is disposed of. */
  readonly file: string;
  readonly durationMs: number;
};

/**
 * The sound of a recording as speech is recognised in: 16,000 samples in each second of the recording,
 * silence where it has no sound yet. `track` is the number of its stream; the first if it is not given.
 */
export async function decodeSound(
  { objects }: Pick<Store, 'objects'>,
  { object_key: key }: Pick<MaterialSource, 'object_key'>,
  { track, ...waiting }: Waiting & { readonly track?: number },
): Promise<DecodedSound> {
  const { signal } = waiting;
  await using source = await openSource(objects, key, signal);
  const name = 'sound.pcm';
  const ask = {
    input: safeDecoding,
    outputs: [
      {
        name,
        options: [
          ...options(`-map ${track === undefined ? '0:a:0' : `0:${track}`} -vn -sn -dn`),
          ...options(`-af aresample=${speechRate}:async=1:first_pts=0`),
          ...options('-ac 1 -c:a pcm_s16le -f s16le'),
        ],
      },
    ],
  };
  const reading = await openReading(mediaExtraction, {
    source: { path: source.path },
    ...waiting,
    ask,
  });
  try {
    for await (const _segment of reading.messages);
    const file = reading.pathOf(name);
    const { size } = await stat(file);
    return {
      file,
      durationMs: (size / sampleBytes / speechRate) * 1_000,
      [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
    };
  } catch (error) {
    await reading[Symbol.asyncDispose]();
    throw error;
  }
}
