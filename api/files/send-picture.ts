import type { Objects } from '@lectern/db/objects/objects';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../problems/problem.ts';
import { holdsTag } from './holds-tag.ts';
import { attach, sendFile } from './send-file.ts';
import { wantedRange } from './wanted-range.ts';

/** Sends a JPEG that was made of a material, once it is there; who has it already is told so. */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    objects,
    key,
    name,
  }: { readonly objects: Objects; readonly key: string; readonly name: string },
): Promise<FastifyReply> {
  const stat = await objects.stat(key);
  if (stat === undefined) throw notFound(name);
  const etag = `"${stat.modifiedAt.getTime().toString(36)}-${stat.sizeBytes.toString(36)}"`;
  reply.header('etag', etag);
  if (holdsTag(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
  attach(reply, { fileName: `${name}.jpg`, mediaType: 'image/jpeg' });
  return sendFile(reply, objects, { key, size: stat.sizeBytes }, wantedRange(request, etag));
}
