import { createHash } from 'node:crypto';
import type { ReceivedFile } from './receive-files.ts';

/** Tells whether a repeated upload brings the same files under the same names. */
export function hashFiles(files: readonly ReceivedFile[]): string {
  const hash = createHash('sha256');
  for (const { fileName, sha256 } of files) hash.update(`${sha256} ${fileName}\n`);
  return hash.digest('hex');
}
