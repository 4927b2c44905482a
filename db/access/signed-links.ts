import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, type TokenKey, type TokenKeys } from './token-keys.ts';

const purpose = 'link';

/** A path that whoever has it may read until it runs out, with no other login. */
export function signLink(keys: TokenKeys, path: string, expiresAt: Date): string {
  const key = keys.current();
  const expires = Math.floor(expiresAt.getTime() / 1_000);
  const signature = sign(key, path, expires).toString('base64url');
  const query = new URLSearchParams({ expires: String(expires), key: key.id, signature });
  return `${path}?${query.toString()}`;
}

export type LinkQuery = {
  readonly expires: number;
  readonly key: string;
  readonly signature: string;
};

export function isLinkGood(
  keys: TokenKeys,
  path: string,
  { expires, key: id, signature }: LinkQuery,
  now: Date,
): boolean {
  const key = keys.find(id);
  if (key === undefined || expires * 1_000 <= now.getTime()) return false;
  const given = Buffer.from(signature, 'base64url');
  const right = sign(key, path, expires);
  return given.length === right.length && timingSafeEqual(given, right);
}

function sign(key: TokenKey, path: string, expires: number): Buffer {
  return createHmac('sha256', deriveKey(key, purpose)).update(`${path}\n${expires}`).digest();
}
