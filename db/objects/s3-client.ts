import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Address } from './s3-address.ts';

/** The longest that a request may wait for its answer; what streams after that is not counted. */
const answerWithinMs = 10_000;
const pauseWithinMs = 30_000;

export function openS3Client({ region, endpoint, credentials }: S3Address): S3Client {
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
      socketTimeout: pauseWithinMs,
      httpAgent: { keepAlive: true, maxSockets: 100 },
      httpsAgent: { keepAlive: true, maxSockets: 100 },
    },
  });
}

/** Ends a request, with all its repetitions, that the store does not answer. */
export async function answerInTime<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const timer = setTimeout(() => {
    control.abort(new Error(`the object store did not answer within ${answerWithinMs} ms`));
  }, answerWithinMs);
  try {
    return await request(control.signal);
  } catch (error) {
    // On a connection that was open the client says only that it was told to stop.
    throw control.signal.aborted ? control.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined for what did not come from the store, such as a refused connection. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
