import type { FileHandle } from 'node:fs/promises';
import { lengthOf, type Piece } from './plan-pieces.ts';
import { bytesPerMs } from './sound.ts';

/** What an engine is given: samples, and how their time becomes that of the recording. */
export type Excerpt = {
  readonly pcm: Buffer;
  readonly durationMs: number;
  /** When in the recording it is what comes at this time of the excerpt. */
  toSource(ms: number): number;
};

export async function readPiece(file: FileHandle, piece: Piece): Promise<Excerpt> {
  const buffers: Buffer[] = [];
  for (const { startMs, endMs } of piece.parts) {
    const bytes = Buffer.alloc((endMs - startMs) * bytesPerMs);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, startMs * bytesPerMs);
    // What a recording lacks at its end is silence.
    buffers.push(bytes.fill(0, bytesRead));
  }
  return {
    pcm: Buffer.concat(buffers),
    durationMs: lengthOf(piece.parts),
    toSource: (ms) => toSource(piece, ms),
  };
}

function toSource({ parts }: Piece, ms: number): number {
  let rest = Math.max(0, ms);
  for (const [i, { startMs, endMs }] of parts.entries()) {
    if (rest <= endMs - startMs || i === parts.length - 1) return Math.min(endMs, startMs + rest);
    rest -= endMs - startMs;
  }
  return rest;
}
