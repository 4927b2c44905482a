/** The part of s3rver that the tests use; the package has no types. */
declare module 's3rver' {
  import type { AddressInfo } from 'node:net';
  import type { Readable } from 'node:stream';

  namespace S3rver {
    type Range = { readonly start?: number; readonly end?: unknown };
    type ListOptions = {
      readonly prefix?: string;
      readonly startAfter?: string;
      readonly maxKeys?: number;
    };
    type Listing = {
      readonly objects: readonly { readonly key: string }[];
      readonly isTruncated: boolean;
    };
    type Stored = { readonly size: number; readonly md5: string };
    type NewObject = {
      readonly bucket: string;
      readonly key: string;
      readonly content: Readable | Buffer;
      readonly metadata: unknown;
    };
    type Context = {
      readonly method: string;
      readonly path: string;
      readonly query: Record<string, string | undefined>;
      status: number;
    };
  }

  class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly silent: boolean;
      readonly directory: string;
    });
    readonly middleware: ((context: S3rver.Context, next: () => Promise<void>) => Promise<void>)[];
    readonly store: {
      getResourcePath(bucket: string, key: string | undefined, resource: string): string;
      getMetadata(bucket: string, key: string): Promise<{ readonly 'content-length': number }>;
      putMetadata(bucket: string, key: string, metadata: unknown, md5: string): Promise<void>;
      getObject(bucket: string, key: string, range: S3rver.Range): Promise<unknown>;
      listObjects(bucket: string, options: S3rver.ListOptions): Promise<S3rver.Listing>;
      putObject(object: S3rver.NewObject): Promise<S3rver.Stored>;
      putPart(
        bucket: string,
        uploadId: string,
        partNumber: number,
        content: Readable,
      ): Promise<S3rver.Stored>;
    };
    run(): Promise<AddressInfo>;
  }

  export = S3rver;
}
