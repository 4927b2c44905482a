import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
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
} from './objects.ts';
import { readS3Address, type S3Address } from './s3-address.ts';
import { ensureBucket } from './s3-bucket.ts';

/** An object may have 10,000 parts, so 80 GB; an upload holds `partsAtOnce` of them in memory. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 3;

/** Objects in a bucket of S3, or of what speaks its protocol. */
export function openS3Objects(objectsUrl: string): Objects {
  const address = readS3Address(objectsUrl);
  const { bucket: Bucket } = address;
  const client = openClient(address);
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
      const chunks = new MeasuredStream(source, options);
      const Body = Readable.from(chunks, { objectMode: false });
      const params = { Bucket, Key: key, Body };
      // When the stream breaks off, the upload removes its parts before it rejects.
      await new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce }).done();
      return chunks.finish();
    },
    async read(key, range) {
      checkObjectKey(key);
      if (range !== undefined) checkRange(range);
      await bucketIsThere();
      return await readObject(client, { bucket: Bucket, key, range });
    },
    async stat(key) {
      checkObjectKey(key);
      await bucketIsThere();
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
        return statOf(key, head.ContentLength, head.LastModified);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async remove(key) {
      checkObjectKey(key);
      await bucketIsThere();
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    },
    list(prefix) {
      checkObjectPrefix(prefix);
      return listObjects(client, { bucket: Bucket, prefix, ready: bucketIsThere });
    },
    check: () => ensureBucket(client, address),
    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

function openClient({ region, endpoint, credentials }: S3Address): S3Client {
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials !== undefined && { credentials }),
    // Many stores that speak S3 do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 5_000,
      socketTimeout: 30_000,
      httpAgent: { keepAlive: true, maxSockets: 100 },
      httpsAgent: { keepAlive: true, maxSockets: 100 },
    },
  });
}

type Wanted = {
  readonly bucket: string;
  readonly key: string;
  readonly range: ByteRange | undefined;
};

async function readObject(client: S3Client, { bucket, key, range }: Wanted): Promise<Readable> {
  const input = {
    Bucket: bucket,
    Key: key,
    ...(range !== undefined && { Range: `bytes=${range.start}-${range.end}` }),
  };
  try {
    const { Body } = await client.send(new GetObjectCommand(input));
    if (Body instanceof Readable) return Body;
  } catch (error) {
    if (hasStatus(error, 404))
      throw new ObjectMissing(`there is no object ${key}`, { cause: error });
    if (hasStatus(error, 416)) {
      throw new RangeBeyondEnd(`${key} has no byte at ${range?.start}`, { cause: error });
    }
    throw error;
  }
  throw new Error(`the object store answered without the bytes of ${key}`);
}

type Listed = {
  readonly bucket: string;
  readonly prefix: string;
  readonly ready: () => Promise<void>;
};

async function* listObjects(
  client: S3Client,
  { bucket, prefix, ready }: Listed,
): AsyncGenerator<ObjectStat, void, void> {
  await ready();
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
  for await (const { Contents = [] } of pages) {
    for (const { Key, Size, LastModified } of Contents) {
      if (Key !== undefined) yield statOf(Key, Size, LastModified);
    }
  }
}

function statOf(key: string, sizeBytes = 0, modifiedAt = new Date(0)): ObjectStat {
  return { key, sizeBytes, modifiedAt };
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}
