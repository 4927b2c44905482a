import { Readable } from 'node:stream';
import { type Objects, RangeBeyondEnd } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { findMaterial, type Material } from '@lectern/db/postgres/materials';
import { listPagesAfter } from '@lectern/db/postgres/pages';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { describeMaterial } from '../materials/describe-material.ts';
import { streamJsonPieces, streamPlainText } from '../materials/stream-text.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { parseRange } from './parse-range.ts';
import { IdParams } from './shapes.ts';

const Place = Type.Object({
  page: Type.Optional(Type.Integer()),
  slide: Type.Optional(Type.Integer()),
  startTime: Type.Optional(Type.Number()),
  endTime: Type.Optional(Type.Number()),
  heading: Type.Optional(Type.String()),
});
const Pieces = Type.Object({
  pieces: Type.Array(Type.Object({ text: Type.String(), place: Place })),
});

/** What is sent is a stream; what arrives is a text. */
const Bytes = Type.Unsafe<Readable>({ type: 'string' });

const tags = ['Materials'];

/** A material's text and the file itself. */
export function routeMaterialFiles(
  app: App,
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
): void {
  async function getMaterial(request: FastifyRequest, id: string): Promise<Material> {
    const material = await findMaterial(postgres, viewerOf(request), id);
    if (material === undefined) throw notFound('material');
    return material;
  }

  app.get(
    '/v1/materials/:id/text',
    {
      schema: {
        tags,
        summary: "Read a material's text",
        description: 'Plain text; with `Accept: application/json` in pieces that know their place.',
        params: IdParams,
        response: {
          200: {
            description: 'The text.',
            content: {
              'text/plain': { schema: Bytes },
              'application/json': { schema: Type.Unsafe<Readable>(Pieces) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const material = await getMaterial(request, request.params.id);
      const first = await listPagesAfter(postgres, material.id, 0);
      if (first.length === 0) await requireReady(material);
      const readAfter = (number: number) => listPagesAfter(postgres, material.id, number);
      reply.header('vary', 'Accept');
      const wantsJson = /\bapplication\/json\b/i.test(request.headers.accept ?? '');
      return reply
        .type(wantsJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
        .send(Readable.from((wantsJson ? streamJsonPieces : streamPlainText)(first, readAfter)));
    },
  );

  /** No text is the whole text only once the work is done. */
  async function requireReady(material: Material): Promise<void> {
    const { status } = describeMaterial(material, await listRunsOfSubject(postgres, material.id));
    if (status === 'ready' || status === 'partial') return;
    const isOver = status === 'failed';
    throw new Problem({
      status: 409,
      code: 'material_not_ready',
      detail: isOver
        ? 'The text could not be read; the stages of the material say why.'
        : 'The text is being read. The material itself shows how far it is.',
      ...(!isOver && { headers: { 'retry-after': '1' } }),
    });
  }

  app.get(
    '/v1/materials/:id/original',
    {
      schema: {
        tags,
        summary: 'Download the file that was uploaded',
        description: 'Takes `Range` for a part of it.',
        params: IdParams,
        response: {
          200: { description: 'The file.', content: { '*/*': { schema: Bytes } } },
          304: Type.Null({ description: 'It has not changed.' }),
          206: {
            description: 'The part asked for.',
            content: { '*/*': { schema: Bytes } },
          },
        },
      },
    },
    async (request, reply) => {
      const material = await getMaterial(request, request.params.id);
      const etag = `"${material.sha256}"`;
      reply.headers({ etag, 'accept-ranges': 'bytes' });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send(null);
      reply.headers({
        'content-type': material.media_type,
        'content-disposition': `attachment; filename*=UTF-8''${encodeFileName(material.file_name)}`,
        // Whatever the file holds, it is no page of this site.
        'content-security-policy': "default-src 'none'; sandbox",
      });
      const ifRange = request.headers['if-range'];
      const isSame = ifRange === undefined || ifRange === etag;
      return sendFile(reply, objects, material, isSame ? request.headers.range : undefined);
    },
  );
}

async function sendFile(
  reply: FastifyReply,
  objects: Objects,
  { object_key: key, size_bytes: size }: Material,
  header: string | undefined,
): Promise<FastifyReply> {
  const range = parseRange(header, size);
  if (range === undefined) {
    return reply.header('content-length', size).send(await objects.read(key));
  }
  if (range === 'unsatisfiable') throw beyondEnd(size);
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
    throw error instanceof RangeBeyondEnd ? beyondEnd(size) : error;
  }
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
