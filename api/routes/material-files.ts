import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import { findCaptions } from '@lectern/db/postgres/captions';
import { isPending } from '@lectern/db/postgres/fetched-materials';
import { findMaterial, type Material } from '@lectern/db/postgres/materials';
import { listPagesAfter } from '@lectern/db/postgres/pages';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
import { attach, sendFile } from '../files/send-file.ts';
import { wantedRange } from '../files/wanted-range.ts';
import { describeMaterial, type MaterialDocument } from '../materials/describe-material.ts';
import { markDraft } from '../materials/mark-draft.ts';
import { streamJsonPieces, streamPlainText } from '../materials/stream-text.ts';
import { wantsJson } from '../materials/wants-json.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { Bytes, IdParams } from './shapes.ts';

const Place = Type.Object({
  page: Type.Optional(Type.Integer()),
  slide: Type.Optional(Type.Integer()),
  startTime: Type.Optional(Type.Number()),
  endTime: Type.Optional(Type.Number()),
  heading: Type.Optional(Type.String()),
});
const Pieces = Type.Object({
  isDraft: Type.Optional(Type.Boolean({ description: 'a program heard this that often mishears' })),
  pieces: Type.Array(Type.Object({ text: Type.String(), place: Place })),
});

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
      config: { access: 'material.read' },
      schema: {
        tags,
        summary: "Read a material's text",
        description:
          'Plain text; with `Accept: application/json` in pieces that know their place. With `Lectern-Draft: true` where a program heard it that often mishears.',
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
      const captions = await findCaptions(postgres, material.id);
      if (captions?.is_draft === true) markDraft(reply);
      const isJson = wantsJson(request.headers.accept);
      const stream = isJson ? streamJsonPieces : streamPlainText;
      return reply
        .type(isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
        .send(Readable.from(stream(first, readAfter, captions?.is_draft)));
    },
  );

  /** No text is the whole text only once the work is done. */
  async function requireReady(material: Material): Promise<void> {
    const status = await findStatus(material);
    if (status === 'ready' || status === 'partial') return;
    const isOver = status === 'failed';
    throw notReady({
      isOver,
      detail: isOver
        ? 'The text could not be read; the stages of the material say why.'
        : 'The text is being read. The material itself shows how far it is.',
    });
  }

  /** There is a file only once it came from the address that was given for it. */
  async function requireFetched(material: Material): Promise<void> {
    if (!isPending(material)) return;
    const isOver = (await findStatus(material)) === 'failed';
    throw notReady({
      isOver,
      detail: isOver
        ? 'The file could not be fetched; the stages of the material say why.'
        : 'The file is being fetched. The material itself shows how far it is.',
    });
  }

  async function findStatus(material: Material): Promise<MaterialDocument['status']> {
    return describeMaterial(material, await listRunsOfSubject(postgres, material.id)).status;
  }

  app.get(
    '/v1/materials/:id/original',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'Download the file that was uploaded',
        description:
          'Takes `Range` for a part of it. Opened by a link from `/playback` too, for players of sound.',
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
      await requireFetched(material);
      const etag = `"${material.sha256}"`;
      reply.header('etag', etag);
      if (holdsTag(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
      attach(reply, { fileName: material.file_name, mediaType: material.media_type });
      const file = { key: material.object_key, size: material.size_bytes };
      return sendFile(reply, objects, file, wantedRange(request, etag));
    },
  );
}

/** Waiting helps only while the work goes on. */
function notReady({ isOver, detail }: { readonly isOver: boolean; readonly detail: string }) {
  const headers = isOver ? {} : { 'retry-after': '1' };
  return new Problem({ status: 409, code: 'material_not_ready', detail, headers });
}
