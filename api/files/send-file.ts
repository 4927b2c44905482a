import { type Objects, RangeBeyondEnd } from '@lectern/db/objects/objects';
import type { FastifyReply } from 'fastify';
import { Problem } from '../problems/problem.ts';
import { parseRange } from './parse-range.ts';

/** Says that the answer is a file to keep. Whatever it holds, it is no page of this site. */
export function attach(
  reply: FastifyReply,
  { fileName, mediaType }: { readonly fileName: string; readonly mediaType: string },
): void {
  reply.headers({
    'content-type': mediaType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeFileName(fileName)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'accept-ranges': 'bytes',
  });
}

/** Sends an object, or the part of it that a `Range` header asks for. */
export async function sendFile(
  reply: FastifyReply,
  objects: Objects,
  { key, size }: { readonly key: string; readonly size: number },
  header: string | undefined,
): Promise<FastifyReply> {
  const range = parseRange(header, size);
  if (range === undefined) {
    const whole = await objects.read(key).catch((error: unknown) => detach(reply, error));
    return reply.header('content-length', size).send(whole);
  }
  if (range === 'unsatisfiable') return detach(reply, beyondEnd(size));
  try {
    const part = await objects.read(key, range);
    return await reply
      .code(206)
      .headers({
        'content-range': `bytes ${range.start}-${range.end}/${size}`,
        'content-length': range.end - range.start + 1,
      })
      .send(part);
  } catch (error) {
    return detach(reply, error instanceof RangeBeyondEnd ? beyondEnd(size) : error);
  }
}

/** What is answered in place of the file is none. */
function detach(reply: FastifyReply, error: unknown): never {
  for (const name of ['content-disposition', 'accept-ranges', 'etag', 'cache-control']) {
    reply.removeHeader(name);
  }
  throw error;
}

function beyondEnd(size: number): Problem {
  return new Problem({
    status: 416,
    code: 'range_not_satisfiable',
    detail: `The file has ${size} bytes.`,
    headers: { 'content-range': `bytes */${size}` },
  });
}

function encodeFileName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
