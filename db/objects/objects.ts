import type { Readable } from 'node:stream';

/** Files, by key such as `materials/{course}/{material}/original.pdf`. */
export type Objects = {
  /**
   * Stores the stream whole or not at all, in place of what the key named before.
   * A longer stream than `maxBytes` throws `ObjectTooLarge`. Chunks must not be changed once given.
   */
  write(key: string, source: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<Written>;
  /**
   * Throws `ObjectMissing` when there is none, and `RangeBeyondEnd` when the range begins after
   * the last byte. The stream has to be read or destroyed.
   */
  read(key: string, range?: ByteRange): Promise<Readable>;
  stat(key: string): Promise<ObjectStat | undefined>;
  /** Where the object lies as a plain file on this machine, to be read and never changed, if it does. */
  locate(key: string): Promise<string | undefined>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Every object whose key begins with these characters, in the order of the keys. */
  list(prefix: string): AsyncIterable<ObjectStat>;
  /** Throws when the store cannot be used, saying why. */
  check(): Promise<void>;
  close(): Promise<void>;
};

export type WriteOptions = { readonly maxBytes?: number; readonly signal?: AbortSignal };
export type Written = { readonly sizeBytes: number; readonly sha256: string };
/** Both ends are included, as in HTTP; an `end` beyond the last byte means the last byte. */
export type ByteRange = { readonly start: number; readonly end: number };
export type ObjectStat = {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
};

export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge';
}

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing';
}

/** What a person is told of a file that should be there. */
export const fileLostWords =
  'The file is not in the store any more, though it should be. Upload it again, and tell whoever runs this installation.';

export class RangeBeyondEnd extends Error {
  override readonly name = 'RangeBeyondEnd';
}

/** It is sealed with a key that was not given. */
export class SealKeyUnknown extends Error {
  override readonly name = 'SealKeyUnknown';
  readonly code = 'file_sealed';
}

/** Nothing was written: there is no room left in the store. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
  readonly code = 'insufficient_storage';
}
