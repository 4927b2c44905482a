import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for whoever is to be let in by them, and their hash, which alone is kept. */
export function makeSecret(prefix = ''): { readonly token: string; readonly hash: Buffer } {
  const token = prefix + randomBytes(32).toString('base64url');
  return { token, hash: hashSecret(token) };
}

/** Fast on purpose: nobody guesses 256 bits, so a copy of the table lets nobody in. */
export function hashSecret(token: string | Buffer): Buffer {
  return createHash('sha256').update(token).digest();
}
