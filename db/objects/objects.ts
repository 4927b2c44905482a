import type { Readable } from 'node:stream';

/** Files, by key such as `materials/{course}/{material}/original.pdf`. */
export type Objects = {
  /** Stores the stream whole or not at all. A longer stream than `maxBytes` throws `ObjectTooLarge`. */
  write(key: string, source: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<Written>;
  /** Throws `ObjectMissing` when there is none. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  stat(key: string): Promise<ObjectStat | undefined>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<ObjectStat>;
  /** Throws when the store cannot be used, saying why. */
  check(): Promise<void>;
  close(): Promise<void>;
};

export type WriteOptions = { readonly maxBytes?: number; readonly signal?: AbortSignal };
export type Written = { readonly sizeBytes: number; readonly sha256: string };
/** Both ends are included, as in HTTP. */
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
