import { createHash } from 'node:crypto';

/** A key that objects are sealed with, and the short name of it that they carry. */
export type SealKey = { readonly id: Buffer; readonly secret: Buffer };

export const keyIdBytes = 8;

/** Keys as they are written in a setting: 32 bytes each, in base64 or as hex digits; the first one writes. */
export function readSealKeys(text: string): SealKey[] {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const secret = /^[\da-f]{64}$/i.test(part)
        ? Buffer.from(part, 'hex')
        : Buffer.from(part, 'base64');
      if (secret.length !== 32) {
        throw new Error(
          'write 32 random bytes in base64, as `openssl rand -base64 32` makes them; older keys after it, separated by commas.',
        );
      }
      return { id: nameOf(secret), secret };
    });
  return keys;
}

/** Tells nothing of the key. */
function nameOf(secret: Buffer): Buffer {
  return createHash('sha256')
    .update('lectern object key')
    .update(secret)
    .digest()
    .subarray(0, keyIdBytes);
}
