import { basename } from 'node:path/posix';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import { readPublicUrl } from '@lectern/db/materials/is-public-address';
import type { Store } from '@lectern/db/open';
import { insertWanted } from '@lectern/db/postgres/fetched-materials';
import { isCourseGone } from '@lectern/db/postgres/materials';
import { newId } from '@lectern/db/postgres/new-id';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { describeMaterial, MaterialShape } from '../materials/describe-material.ts';
import { kindByName } from '../materials/kind-by-name.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { IdParams } from './shapes.ts';

/** Files that a worker fetches from elsewhere. */
export function routeMaterialImports(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.post(
    '/v1/courses/:id/materials/import',
    {
      config: { access: 'material.add', limit: 'upload' },
      schema: {
        tags: ['Materials'],
        summary: 'Take a file from an address',
        description:
          'A worker fetches it; until then the material has no `sha256` and shows `fetch` as its first stage. Only public addresses, looked at again after each redirect.',
        params: IdParams,
        body: Type.Object(
          { url: Type.String({ minLength: 1, maxLength: 2_000 }) },
          { additionalProperties: false },
        ),
        response: { 202: MaterialShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const wanted = { id: request.params.id, permission: 'material.add' } as const;
      const course = await getCourse(postgres, viewer, wanted);
      const url = readPublicUrl(request.body.url);
      if (typeof url === 'string') throw notAllowed(url);
      const fileName = cleanFileName(decodeName(basename(url.pathname)) || url.hostname);
      const material = await insertWanted(
        postgres,
        {
          id: newId(),
          courseId: course.id,
          ownerId: viewer.id,
          url: url.href,
          fileName,
          kind: kindByName(fileName),
        },
        authorOf(request),
      ).catch((error: unknown) => {
        throw isCourseGone(error) ? notFound('course') : error;
      });
      reply.header('location', `/v1/materials/${material.id}`);
      const runs = await listRunsOfSubject(postgres, material.id);
      return reply.code(202).send(describeMaterial(material, runs));
    },
  );
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function notAllowed(detail: string): Problem {
  const errors = [{ path: 'body.url', message: detail }];
  return new Problem({ status: 422, code: 'url_not_allowed', detail, errors });
}
