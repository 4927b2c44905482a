import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { holdsTag } from '../files/holds-tag.ts';

const mediaType = 'application/vnd.apple.mpegurl';
/** What fits into one packet is not worth packing. */
const packedFrom = 1_000;
const pack = promisify(gzip);

/** Sends a playlist, which is asked for again and again while it grows. A long one is packed. */
export async function sendPlaylist(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
): Promise<FastifyReply> {
  // Packed or not, it is the same playlist.
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const vary = [reply.getHeader('vary'), 'Accept-Encoding'].filter((name) => name !== undefined);
  reply.headers({ etag: `W/${tag}`, vary: vary.join(', ') });
  if (holdsTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
  reply.type(mediaType);
  const takesGzip = /\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))/i.test(
    request.headers['accept-encoding'] ?? '',
  );
  if (!takesGzip || text.length < packedFrom) return reply.send(text);
  return reply.header('content-encoding', 'gzip').send(await pack(text));
}
