import { isPending } from '@lectern/db/postgres/fetched-materials';
import {
  findVersionFile,
  listMaterialVersions,
  type MaterialVersion,
} from '@lectern/db/postgres/material-versions';
import type { Material } from '@lectern/db/postgres/materials';
import type { Store } from '@lectern/db/open';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { attach, sendFile } from '../files/send-file.ts';
import { wantedRange } from '../files/wanted-range.ts';
import { getMaterial } from '../materials/get-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { Problem } from '../problems/problem.ts';
import { LinkParams } from './exports.ts';
import { Bytes, Id, IdParams, Instant, NextCursor } from './shapes.ts';

const By = Type.Union([Id, Type.Null()], { description: 'null when the account is gone' });

const VersionShape = Type.Object({
  number: Type.Integer({ description: 'from 1 on' }),
  fileName: Type.String(),
  mediaType: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  sha256: Type.String(),
  isCurrent: Type.Boolean(),
  addedAt: Instant,
  addedBy: By,
  replacedAt: Type.Union([Instant, Type.Null()]),
  replacedBy: By,
  url: Type.String({ description: 'where the file is, for a quarter of an hour' }),
});
type Version = Static<typeof VersionShape>;

const VersionParams = Type.Object({ id: Id, number: Type.Integer({ minimum: 1, maximum: 1_000 }) });
const linkMs = 15 * 60_000;
const tags = ['Materials'];

/** The files that a material had, for its authors. */
export function routeMaterialVersions(
  app: App,
  { postgres, objects, access }: Pick<Store, 'postgres' | 'objects' | 'access'>,
): void {
  app.get(
    '/v1/materials/:id/versions',
    {
      config: { access: 'material.change' },
      schema: {
        tags,
        summary: 'List the files that a material had',
        description: 'Newest first, beginning with the one that it has. For authors of the course.',
        params: IdParams,
        response: {
          200: Type.Object({ items: Type.Array(VersionShape), nextCursor: NextCursor }),
        },
      },
    },
    async (request) => {
      const wanted = { id: request.params.id, permission: 'material.change' } as const;
      const material = await getMaterial(postgres, viewerOf(request), wanted);
      const earlier = await listMaterialVersions(postgres, material.id);
      const expiresAt = new Date(Date.now() + linkMs);
      const link = (number: number) => access.signLink(pathOf(material.id, number), expiresAt);
      const items = describeVersions(material, earlier).map((version) =>
        Object.assign(version, { url: link(version.number) }),
      );
      return { items: items.toReversed(), nextCursor: null };
    },
  );

  app.get(
    '/v1/materials/:id/versions/:number/file',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Download a file that a material had',
        description: 'With the link that the version shows; it needs no login. Takes `Range`.',
        params: VersionParams,
        querystring: LinkParams,
        response: {
          200: { description: 'The file.', content: { '*/*': { schema: Bytes } } },
          206: { description: 'A part of it.', content: { '*/*': { schema: Bytes } } },
        },
      },
    },
    async (request, reply) => {
      const { id: materialId, number } = request.params;
      if (!access.isLinkGood(pathOf(materialId, number), request.query)) throw linkOver();
      const found = await findVersionFile(postgres, { materialId, number });
      if (found === undefined) throw linkOver();
      const etag = `"${found.sha256}"`;
      reply.header('etag', etag);
      attach(reply, { fileName: found.file_name, mediaType: found.media_type });
      const file = { key: found.object_key, size: found.size_bytes };
      return sendFile(reply, objects, file, wantedRange(request, etag));
    },
  );
}

/** Oldest first. Each was added when and by whom the one before was replaced. */
function describeVersions(
  material: Material,
  earlier: readonly MaterialVersion[],
): Omit<Version, 'url'>[] {
  const files = [
    ...earlier,
    ...(isPending(material)
      ? []
      : [{ ...material, number: earlier.length + 1, replaced_at: null, replaced_by: null }]),
  ];
  return files.map((file, i) => {
    const before = files[i - 1];
    return {
      number: file.number,
      fileName: file.file_name,
      mediaType: file.media_type,
      size: file.size_bytes,
      sha256: file.sha256,
      isCurrent: file.replaced_at === null,
      addedAt: (before?.replaced_at ?? material.created_at).toISOString(),
      addedBy: before === undefined ? material.owner_id : before.replaced_by,
      replacedAt: file.replaced_at?.toISOString() ?? null,
      replacedBy: file.replaced_by,
    };
  });
}

function pathOf(materialId: string, number: number): string {
  return `/v1/materials/${materialId}/versions/${number}/file`;
}

function linkOver(): Problem {
  const detail = 'The link has run out or is not whole. Ask the material for its versions anew.';
  return new Problem({ status: 410, code: 'link_expired', detail });
}
