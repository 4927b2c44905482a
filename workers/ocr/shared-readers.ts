import { availableParallelism } from 'node:os';
import type { Config } from '@lectern/db/config';
import { findTessdata } from './find-tessdata.ts';
import { openReaderPool, type ReaderPool } from './reader-pool.ts';

let readers: ReaderPool | undefined;

/** The readers of this process: one for each core, shared by all that look at pictures. */
export function sharedReaders(
  config: Pick<Config, 'ocrLanguages' | 'ocrReaders' | 'tessdataFolder'>,
): ReaderPool {
  readers ??= openReaderPool(findTessdata(config.ocrLanguages.split('+'), config.tessdataFolder), {
    size: config.ocrReaders || availableParallelism(),
  });
  return readers;
}

export async function closeSharedReaders(): Promise<void> {
  const open = readers;
  readers = undefined;
  await open?.close();
}
