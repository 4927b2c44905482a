import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SealKeyUnknown } from './objects.ts';
import { keyIdBytes, type SealKey } from './seal-keys.ts';

// A sealed object: a head (mark, the key's name, a salt) and then frames of AES-256-GCM. Each object has a
// key of its own, made of the salt and its name, so that a frame's number can be its nonce. The last
// frame is marked as such in it: what was cut off, turned round or moved from another object does not open.

const mark = Buffer.from('LSEAL\x01\0\0', 'latin1');
const saltBytes = 32;
const tagBytes = 16;

export const headBytes = mark.length + keyIdBytes + saltBytes;
export const frameBytes = 64 * 1024;
export const sealedFrameBytes = frameBytes + tagBytes;

/** An object cannot be opened: it was changed. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export function plainSizeOf(sealedBytes: number): number {
  const body = Math.max(0, sealedBytes - headBytes);
  return Math.max(0, body - Math.ceil(body / sealedFrameBytes) * tagBytes);
}

/** An object has one frame at least. */
export function countFrames(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / frameBytes));
}

export type Seal = { readonly head: Buffer; readonly secret: Buffer };

export function makeSeal(key: SealKey, name: string): Seal {
  const salt = randomBytes(saltBytes);
  return { head: Buffer.concat([mark, key.id, salt]), secret: deriveSecret(key, { salt, name }) };
}

/** Throws `SealBroken` where the object is none of these, `SealKeyUnknown` where the key is another. */
export function openSeal(head: Buffer, keys: readonly SealKey[], name: string): Seal {
  if (head.length < headBytes || !head.subarray(0, mark.length).equals(mark)) {
    throw new SealBroken(`${name} is not sealed as it should be`);
  }
  const id = head.subarray(mark.length, mark.length + keyIdBytes);
  const key = keys.find((known) => known.id.equals(id));
  if (key === undefined) {
    throw new SealKeyUnknown(
      `${name} is sealed with key ${id.toString('hex')}, which is not in OBJECTS_KEY`,
    );
  }
  const salt = head.subarray(mark.length + keyIdBytes, headBytes);
  return { head, secret: deriveSecret(key, { salt, name }) };
}

export type Frame = { readonly number: number; readonly isLast: boolean };

export function sealFrame({ secret }: Seal, plain: Uint8Array, frame: Frame): Buffer {
  const cipher = createCipheriv('aes-256-gcm', secret, nonceOf(frame));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function openFrame({ secret }: Seal, sealed: Buffer, frame: Frame): Buffer {
  const at = sealed.length - tagBytes;
  if (at < 0) throw new SealBroken('an object was cut off');
  const decipher = createDecipheriv('aes-256-gcm', secret, nonceOf(frame));
  decipher.setAuthTag(sealed.subarray(at));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, at)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('an object was changed or cut off in the store', { cause });
  }
}

function nonceOf({ number, isLast }: Frame): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 4);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

type Derivation = { readonly salt: Buffer; readonly name: string };

function deriveSecret({ secret }: SealKey, { salt, name }: Derivation): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `lectern object ${name}`, 32));
}
