import {
  BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Address } from './s3-address.ts';
import { answerInTime, statusOf } from './s3-client.ts';

/** Finds the bucket or makes it; else throws a sentence that says what is wrong. */
export async function ensureBucket(client: S3Client, address: S3Address): Promise<void> {
  const head = new HeadBucketCommand({ Bucket: address.bucket });
  try {
    await answerInTime((abortSignal) => client.send(head, { abortSignal }));
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) await createBucket(client, address);
    else throw new Error(describe(status, address), { cause: error });
  }
}

async function createBucket(
  client: S3Client,
  { bucket, region, endpoint }: S3Address,
): Promise<void> {
  // AWS makes buckets elsewhere than in its first region only when told so twice.
  const isElsewhere = endpoint === undefined && region !== 'us-east-1';
  const place = Object.values(BucketLocationConstraint).find((name) => name === region);
  const create = new CreateBucketCommand({
    Bucket: bucket,
    ...(isElsewhere && place && { CreateBucketConfiguration: { LocationConstraint: place } }),
  });
  try {
    await answerInTime((abortSignal) => client.send(create, { abortSignal }));
  } catch (error) {
    if (error instanceof Error && error.name === 'BucketAlreadyOwnedByYou') return;
    throw new Error(
      `The bucket ${bucket} of OBJECTS_URL does not exist and cannot be made with this key: ` +
        'make it, or allow the key to.',
      { cause: error },
    );
  }
}

function describe(status: number | undefined, { bucket, endpoint = 'AWS' }: S3Address): string {
  if (status === undefined) {
    return `The object store at ${endpoint} does not answer: check that it runs and that OBJECTS_URL is right.`;
  }
  if (status === 301)
    return `The bucket ${bucket} is in another region: set region in OBJECTS_URL.`;
  if (status === 401 || status === 403) {
    return `The key in OBJECTS_URL may not use the bucket ${bucket}: check key, secret and rights.`;
  }
  return `The object store at ${endpoint} answered ${status} when asked for the bucket ${bucket}.`;
}
