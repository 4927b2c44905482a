import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { MeasuredStream } from './measured-stream.ts';
import { checkObjectKey, checkObjectPrefix, checkRange } from './object-keys.ts';
import {
  type ByteRange,
  ObjectMissing,
  type Objects,
  type ObjectStat,
  RangeBeyondEnd,
  StoreFull,
  type WriteOptions,
  type Written,
} from './objects.ts';
import { readS3Address } from './s3-address.ts';
import { ensureBucket } from './s3-bucket.ts';
import { answerInTime, openS3Client, statusOf } from './s3-client.ts';

/** An object may have 10,000 parts, so 80 GB; an upload holds `partsAtOnce` of them in memory. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 3;

/** Objects in a bucket of S3, or of what speaks its protocol. */
export function openS3Objects(objectsUrl: string): Objects {
  const address = readS3Address(objectsUrl);
  const { bucket: Bucket } = address;
  const client = openS3Client(address);
  let found: Promise<void> | undefined;

  const bucketIsThere = () =>
    (found ??= ensureBucket(client, address).catch((error: unknown) => {
      found = undefined;
      throw error;
    }));

  return {
    async write(key, source, options = {}) {
      checkObjectKey(key);
      await bucketIsThere();
      options.signal?.throwIfAborted();
      return await upload(client, { bucket: Bucket, key, source, options });
    },
    async read(key, range) {
      checkObjectKey(key);
      if (range !== undefined) checkRange(range);
      await bucketIsThere();
      return await download(client, { bucket: Bucket, key, range });
    },
    async stat(key) {
      checkObjectKey(key);
      await bucketIsThere();
      const head = new HeadObjectCommand({ Bucket, Key: key });
      try {
        const answer = await answerInTime((abortSignal) => client.send(head, { abortSignal }));
        return statFrom(key, answer.ContentLength, answer.LastModified);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async remove(key) {
      checkObjectKey(key);
      await bucketIsThere();
      const remove = new DeleteObjectCommand({ Bucket, Key: key });
      await answerInTime((abortSignal) => client.send(remove, { abortSignal }));
    },
    locate: () => Promise.resolve(undefined),
    async *list(prefix) {
      checkObjectPrefix(prefix);
      await bucketIsThere();
      yield* listPages(client, { bucket: Bucket, prefix });
    },
    check: () => ensureBucket(client, address),
    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

type ToWrite = {
  readonly bucket: string;
  readonly key: string;
  readonly source: AsyncIterable<Uint8Array>;
  readonly options: WriteOptions;
};

async function upload(
  client: S3Client,
  { bucket, key, source, options }: ToWrite,
): Promise<Written> {
  const chunks = new MeasuredStream(source, options);
  const Body = Readable.from(chunks, { objectMode: false });
  const params = { Bucket: bucket, Key: key, Body };
  try {
    // When the stream breaks off, this removes the parts that are there before it rejects.
    await new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce }).done();
  } catch (error) {
    if (chunks.failure === undefined && statusOf(error) === 507) {
      throw new StoreFull(`there is no room left in bucket ${bucket}`, { cause: error });
    }
    throw chunks.failure ?? error;
  }
  return chunks.finish();
}

type ToRead = {
  readonly bucket: string;
  readonly key: string;
  readonly range: ByteRange | undefined;
};

async function download(client: S3Client, { bucket, key, range }: ToRead): Promise<Readable> {
  const get = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(range !== undefined && { Range: `bytes=${range.start}-${range.end}` }),
  });
  try {
    const { Body } = await answerInTime((abortSignal) => client.send(get, { abortSignal }));
    if (Body instanceof Readable) return Body;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) throw new ObjectMissing(`there is no object ${key}`, { cause: error });
    if (status === 416) {
      throw new RangeBeyondEnd(`${key} has no byte at ${range?.start}`, { cause: error });
    }
    throw error;
  }
  throw new Error(`the object store answered without the bytes of ${key}`);
}

type ToList = { readonly bucket: string; readonly prefix: string };

async function* listPages(
  client: S3Client,
  { bucket, prefix }: ToList,
): AsyncGenerator<ObjectStat, void, void> {
  let ContinuationToken: string | undefined;
  do {
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken });
    const page = await answerInTime((abortSignal) => client.send(list, { abortSignal }));
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) yield statFrom(Key, Size, LastModified);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

function statFrom(key: string, sizeBytes = 0, modifiedAt = new Date(0)): ObjectStat {
  return { key, sizeBytes, modifiedAt };
}
