import { createHash, type Hash } from 'node:crypto';
import { Problem } from '../problems/problem.ts';

export const checksumAlgorithms = ['sha1', 'sha256', 'sha512', 'md5'] as const;

export type Checksum = { readonly hash: Hash; readonly expected: Buffer };

/** What `Upload-Checksum` says of a request's body, such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`. */
export function readChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined;
  const [name = '', digest = ''] = header.split(' ');
  const algorithm = checksumAlgorithms.find((known) => known === name);
  if (algorithm === undefined) throw unknownAlgorithm();
  return { hash: createHash(algorithm), expected: Buffer.from(digest, 'base64') };
}

/** Passes bytes on and adds them to the checksum. */
export async function* hashBytes(
  bytes: AsyncIterable<Buffer>,
  { hash }: Checksum,
): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

export function requireMatch({ hash, expected }: Checksum): void {
  if (hash.digest().equals(expected)) return;
  const detail = 'What arrived is not what was sent, so nothing of it was kept. Send it again.';
  throw new Problem({ status: 460, code: 'checksum_mismatch', detail });
}

function unknownAlgorithm(): Problem {
  const detail = `Upload-Checksum names none of ${checksumAlgorithms.join(', ')}.`;
  return new Problem({ status: 400, code: 'checksum_unsupported', detail });
}
