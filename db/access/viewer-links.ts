import { createHmac, timingSafeEqual } from 'node:crypto';
import { bytesOfId, idOfBytes } from '../postgres/new-id.ts';
import { deriveKey, type TokenKey, type TokenKeys } from './token-keys.ts';
import type { Viewer } from './viewer.ts';

/** What a link is for. Who sees a segment's link, in the log of a cache, gets no key with it. */
export type LinkUse = 'material' | 'segment';

/** The material that a link is about, and what of it. */
export type LinkTarget = { readonly materialId: string; readonly use: LinkUse };

/** Who a link speaks for: a person's login, or the personal access token that asked for it. */
export type Login = { readonly id: string; readonly kind: 'session' | 'token' };

const purpose = 'viewer link';
const kinds = ['session', 'token'] as const;
const idBytes = 16;
const headBytes = 1 + idBytes + 4;
/** 128 bits: a playlist has a link on each line. */
const macBytes = 16;

/** For players that send no headers: it stands in an address, and opens what the login may see. */
export function writeViewerLink(
  keys: TokenKeys,
  { login, target, expiresAt }: { login: Login; target: LinkTarget; expiresAt: Date },
): string {
  const key = keys.current();
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kinds.indexOf(login.kind), 0);
  bytesOfId(login.id).copy(head, 1);
  head.writeUInt32BE(Math.floor(expiresAt.getTime() / 1_000), 1 + idBytes);
  return `${key.id}.${Buffer.concat([head, sign(key, head, target)]).toString('base64url')}`;
}

export type ReadLink = { readonly login: Login; readonly expiresAt: Date };

/** Undefined for a link that was altered, is about something else or has run out. */
export function readViewerLink(
  keys: TokenKeys,
  link: string,
  { target, now }: { readonly target: LinkTarget; readonly now: Date },
): ReadLink | undefined {
  const dot = link.lastIndexOf('.');
  const bytes = Buffer.from(link.slice(dot + 1), 'base64url');
  const key = keys.find(link.slice(0, Math.max(dot, 0)));
  if (key === undefined || bytes.length !== headBytes + macBytes) return undefined;
  const head = bytes.subarray(0, headBytes);
  if (!timingSafeEqual(bytes.subarray(headBytes), sign(key, head, target))) return undefined;
  const kind = kinds[head.readUInt8(0)];
  const expiresAt = new Date(head.readUInt32BE(1 + idBytes) * 1_000);
  const id = idOfBytes(head.subarray(1, 1 + idBytes));
  if (kind === undefined || expiresAt <= now) return undefined;
  return { login: { id, kind }, expiresAt };
}

/** The login by which the viewer was found. */
export function loginOf({ sessionId, tokenId }: Viewer): Login {
  if (sessionId !== undefined) return { id: sessionId, kind: 'session' };
  if (tokenId !== undefined) return { id: tokenId, kind: 'token' };
  throw new Error('a link needs a login to speak for');
}

function sign(key: TokenKey, head: Buffer, { materialId, use }: LinkTarget): Buffer {
  return createHmac('sha256', deriveKey(key, purpose))
    .update(`${use}\n${materialId}\n`)
    .update(head)
    .digest()
    .subarray(0, macBytes);
}
