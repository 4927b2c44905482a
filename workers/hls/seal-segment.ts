import { createCipheriv } from 'node:crypto';

/** As many numbers as a piece may have segments. */
const numbersPerPiece = 1_000;

export type SegmentPlace = { readonly piece: number; readonly number: number };

/** A segment as players decrypt it, by RFC 8216, 5.2, with the initialisation vector that playlists tell. */
export function sealSegment(bytes: Buffer, key: Buffer, { piece, number }: SegmentPlace): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64BE(BigInt(piece * numbersPerPiece + number), 8);
  const cipher = createCipheriv('aes-128-cbc', key, vector);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
