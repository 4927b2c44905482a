import type { CompoundFile } from '../compound-file.ts';
import { readRecord, types } from './read-records.ts';

export type Persist = {
  /** Where an object stands, by its number. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly document: number | undefined;
  readonly isEncrypted: boolean;
};

const mostEdits = 10_000;

/** Each save of a presentation adds to it; the newest says where each object stands now. */
export function readPersist(stream: Buffer, file: CompoundFile): Persist {
  const user = file.read('Current User');
  const token = user !== undefined && user.length >= 20 ? user.readUInt32LE(12) : 0;
  const offsets = new Map<number, number>();
  const seen = new Set<number>();
  let document: number | undefined;
  let isEncrypted = token === 0xf3d1c4df;
  let at = user !== undefined && user.length >= 20 ? user.readUInt32LE(16) : 0;
  while (at > 0 && !seen.has(at) && seen.size < mostEdits) {
    seen.add(at);
    const edit = readRecord(stream, at);
    if (edit?.type !== types.userEdit || edit.data.length < 20) break;
    document ??= edit.data.readUInt32LE(16);
    if (edit.data.length >= 32) isEncrypted ||= edit.data.readUInt32LE(28) !== 0;
    const directory = edit.data.readUInt32LE(12);
    if (!seen.has(-directory)) takeDirectory(stream, directory, offsets);
    seen.add(-directory);
    at = edit.data.readUInt32LE(8);
  }
  return { offsets, document, isEncrypted };
}

function takeDirectory(stream: Buffer, at: number, offsets: Map<number, number>): void {
  const directory = readRecord(stream, at);
  if (directory?.type !== types.persist) return;
  const { data } = directory;
  let i = 0;
  while (i + 4 <= data.length) {
    const head = data.readUInt32LE(i);
    const first = head & 0xfffff;
    i += 4;
    for (let n = 0; n < head >>> 20 && i + 4 <= data.length; n++, i += 4) {
      if (!offsets.has(first + n)) offsets.set(first + n, data.readUInt32LE(i));
    }
  }
}
