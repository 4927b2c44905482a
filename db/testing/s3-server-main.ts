import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import S3rver from 's3rver';

// An S3 server for tests: `node s3-server-main.ts <folder>` tells its port to the parent process.
// s3rver lacks some of what every S3 has; that much is put right here.
const directory = process.argv[2];
if (directory === undefined) throw new Error('name the folder that the buckets go into');
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory });
const { store } = server;

// It answers before the bytes are in their file, and lets two writers mix theirs.
store.putObject = async ({ bucket, key, content, metadata }) => {
  const stored = await storeWhole(store.getResourcePath(bucket, key, 'object'), content);
  await store.putMetadata(bucket, key, metadata, stored.md5);
  return stored;
};
store.putPart = async (bucket, uploadId, partNumber, content) => {
  const parts = store.getResourcePath(bucket, undefined, 'uploads');
  const path = join(parts, uploadId, String(partNumber));
  const stored = await storeWhole(path, content);
  await writeFile(`${path}.md5`, stored.md5);
  return stored;
};

async function storeWhole(path: string, content: Readable | Buffer): Promise<S3rver.Stored> {
  const temporary = `${path}.${randomUUID()}`;
  const md5 = createHash('md5');
  let size = 0;
  await mkdir(dirname(path), { recursive: true });
  const chunks = Buffer.isBuffer(content) ? Readable.from(content) : content;
  chunks.on('data', (chunk: Buffer) => {
    md5.update(chunk);
    size += chunk.length;
  });
  await pipeline(chunks, createWriteStream(temporary));
  await rename(temporary, path);
  return { size, md5: md5.digest('hex') };
}

// It knows no AbortMultipartUpload.
server.middleware.unshift(async (context, next) => {
  const { uploadId } = context.query;
  if (context.method !== 'DELETE' || uploadId === undefined) return await next();
  const bucket = basename(context.path.split('/')[1] ?? '');
  const parts = store.getResourcePath(bucket, undefined, 'uploads');
  await rm(join(parts, basename(uploadId)), { recursive: true, force: true });
  context.status = 204;
});

// It takes an end of 0 for none, and answers a range of an empty object with nothing at all.
const getObject = store.getObject.bind(store);
store.getObject = async (bucket, key, range) => {
  if (range.start === undefined) return await getObject(bucket, key, range);
  const metadata = await store.getMetadata(bucket, key).catch(() => undefined);
  if (metadata?.['content-length'] === 0) return await getObject(bucket, key, { start: 1, end: 1 });
  const end: unknown = range.end === 0 ? Object(0) : range.end;
  return await getObject(bucket, key, { ...range, end });
};

// It lists in the order of the folders on its disk, which is not that of the keys.
const listObjects = store.listObjects.bind(store);
store.listObjects = async (bucket, { prefix, startAfter = '', maxKeys = Infinity }) => {
  const listing = await listObjects(bucket, prefix === undefined ? {} : { prefix });
  const rest = listing.objects
    .filter(({ key }) => key > startAfter)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const objects = rest.slice(0, maxKeys);
  return { ...listing, objects, isTruncated: rest.length > maxKeys };
};

const { port } = await server.run();
process.send?.({ port });
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
