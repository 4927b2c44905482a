import multipart from '@fastify/multipart';
import type { Store } from '@lectern/db/open';
import { listRunsOfSubjects } from '@lectern/db/postgres/runs';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { describeMaterial, MaterialShape } from '../materials/describe-material.ts';
import { hashFiles } from '../materials/hash-files.ts';
import { formOptions, readForm } from '../materials/read-form.ts';
import { receiveFiles, removeFiles } from '../materials/receive-files.ts';
import { storeMaterials } from '../materials/store-materials.ts';
import { answerUploadAgain } from '../plugins/idempotency.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { Problem } from '../problems/problem.ts';
import { IdParams } from './shapes.ts';

const Uploaded = Type.Object({ items: Type.Array(MaterialShape) });

/** Files on their way in: stored while they arrive, then a row and a run for each. */
export async function routeUploads(app: App, store: Store): Promise<void> {
  const { postgres, objects, bus, log, config } = store;

  // In a scope of its own: no other route takes a form.
  await app.register(async (scope: App) => {
    await scope.register(multipart, formOptions(config));
    scope.post(
      '/v1/courses/:id/materials',
      {
        config: { access: 'material.add', limit: 'upload' },
        schema: {
          tags: ['Materials'],
          summary: 'Upload files to a course',
          description:
            'One or more files as `multipart/form-data`; all are taken or none. Plain text, Markdown, PDF, Word, PowerPoint and pictures, judged by content. Bytes that the course has already answer with the material that is there.',
          consumes: ['multipart/form-data'],
          params: IdParams,
          response: {
            200: { ...Uploaded, description: 'The course had all of these files.' },
            202: { ...Uploaded, description: 'Taken; each item shows its own progress.' },
          },
        },
      },
      async (request, reply) => {
        const viewer = viewerOf(request);
        if (!request.isMultipart()) throw notAForm();
        const wanted = { id: request.params.id, permission: 'material.add' } as const;
        const course = await getCourse(postgres, viewer, wanted);

        const files = await receiveFiles(readForm(request, config), {
          objects,
          log: request.log,
          courseId: course.id,
          mostBytes: config.maxUploadBytes,
        });
        request.uploadHash = hashFiles(files);
        if (request.answered !== undefined) {
          await removeFiles(files, { objects, log });
          return answerUploadAgain(reply, request.answered, request.uploadHash);
        }
        const { materials, areAllKnown } = await storeMaterials(files, {
          postgres,
          objects,
          config,
          log: request.log,
          courseId: course.id,
          ownerId: viewer.id,
          author: authorOf(request),
        });
        const runs = await listRunsOfSubjects(
          postgres,
          materials.map(({ id }) => id),
        );
        const items = materials.map((material) =>
          describeMaterial(
            material,
            runs.filter(({ subject }) => subject === material.id),
          ),
        );
        // Whoever watches the course hears of it; the rows are there already.
        for (const { id: materialId } of areAllKnown ? [] : materials) {
          const news = JSON.stringify({ event: 'material.added', materialId });
          bus.publish(`subject:${course.id}`, news).catch(() => undefined);
        }
        const [first, ...others] = items;
        const list = `/v1/courses/${course.id}/materials`;
        reply.header('location', first && others.length === 0 ? `/v1/materials/${first.id}` : list);
        return reply.code(areAllKnown ? 200 : 202).send({ items });
      },
    );
  });
}

export function notAForm(): Problem {
  const detail = 'Send the files as `multipart/form-data`, each as a part with a file name.';
  return new Problem({ status: 415, code: 'unsupported_media_type', detail });
}
