import multipart from '@fastify/multipart';
import type { Transaction } from '@lectern/db/postgres/connect';
import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { MaterialShape } from '../materials/describe-material.ts';
import { getMaterial } from '../materials/get-material.ts';
import { hashFiles } from '../materials/hash-files.ts';
import { formOptions, readForm } from '../materials/read-form.ts';
import { readMaterial } from '../materials/read-material.ts';
import { receiveFiles, removeFiles } from '../materials/receive-files.ts';
import { replaceStored } from '../materials/replace-original.ts';
import { answerUploadAgain } from '../plugins/idempotency.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { IdParams } from './shapes.ts';
import { notAForm } from './uploads.ts';

const permission = 'material.change';

/** Another file for a material that there is. */
export async function routeMaterialOriginals(app: App, store: Store): Promise<void> {
  const { postgres, objects, bus, config } = store;

  // In a scope of its own: no other route takes a form.
  await app.register(async (scope: App) => {
    await scope.register(multipart, formOptions(config));
    scope.put(
      '/v1/materials/:id/original',
      {
        config: { access: permission, limit: 'upload' },
        schema: {
          tags: ['Materials'],
          summary: 'Replace the file of a material',
          description:
            'One file as `multipart/form-data`. The material keeps its id; its text goes and is read anew, and the file that it had stays among its versions. 409 `already_here` when another material of the course has these bytes.',
          consumes: ['multipart/form-data'],
          params: IdParams,
          response: {
            200: { ...MaterialShape, description: 'It had this file; nothing was done.' },
            202: MaterialShape,
          },
        },
      },
      async (request, reply) => {
        const viewer = viewerOf(request);
        if (!request.isMultipart()) throw notAForm();
        const wanted = { id: request.params.id, permission } as const;
        const material = await getMaterial(postgres, viewer, wanted);
        const { id, course_id: courseId } = material;
        const { log } = request;
        const files = await receiveFiles(readForm(request, config), {
          objects,
          log,
          courseId,
          mostBytes: config.maxUploadBytes,
          replaces: id,
        });
        const [file, ...others] = files;
        if (file === undefined || others.length > 0) {
          await removeFiles(files, { objects, log });
          throw tooMany();
        }
        request.uploadHash = hashFiles(files);
        if (request.answered !== undefined) {
          await removeFiles(files, { objects, log });
          return answerUploadAgain(reply, request.answered, request.uploadHash);
        }
        const options = {
          postgres,
          objects,
          config,
          log,
          author: authorOf(request),
          requireRight: (tx: Transaction) => getMaterial(tx, viewer, wanted),
        };
        const isNew = await replaceStored(material, file, options);
        if (isNew) tellOfMaterial(bus, { id, courseId, event: 'material.replaced' });
        const described = await readMaterial(postgres, viewer, id);
        if (described === undefined) throw notFound('material');
        reply.header('location', `/v1/materials/${id}`);
        return reply.code(isNew ? 202 : 200).send(described);
      },
    );
  });
}

function tooMany(): Problem {
  const detail = 'Send one file: the one that the material is to have from now on.';
  return new Problem({ status: 422, code: 'too_many_files', detail });
}
