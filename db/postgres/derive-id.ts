import { createHash } from 'node:crypto';

/**
 * A UUIDv7 that follows from another and from what it is for: a run that comes again gives everything
 * the same ids, and so makes nothing twice. Its time is that of the other.
 */
export function deriveId(from: string, label: string): string {
  const digest = createHash('sha256').update(`${from} ${label}`).digest();
  digest[2] = ((digest[2] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${from.slice(0, 13)}-7${hex.slice(0, 3)}-${hex.slice(4, 8)}-${hex.slice(8, 20)}`;
}
