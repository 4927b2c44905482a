import { listIndexingJobs } from '@lectern/db/jobs/pipeline';
import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import { renewCaptions } from '@lectern/db/postgres/edited-captions';
import { holdMaterial } from '@lectern/db/postgres/material-work';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { MaterialShape } from '../materials/describe-material.ts';
import { getMaterial } from '../materials/get-material.ts';
import { readMaterial } from '../materials/read-material.ts';
import { requireRest } from '../materials/require-rest.ts';
import { requireRecording } from '../materials/require-recording.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { IdParams } from './shapes.ts';

const Wanted = Type.Union([
  Type.Object(
    {
      from: Type.Optional(
        Type.Literal('speech', { description: 'even where there are subtitles' }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Null(),
]);

/** Captions of a recording made once more. */
export function routeCaptionRenewal(
  app: App,
  { postgres, bus }: Pick<Store, 'postgres' | 'bus'>,
): void {
  app.post(
    '/v1/materials/:id/captions/regenerate',
    {
      config: { access: 'material.change' },
      schema: {
        tags: ['Captions'],
        summary: 'Make the captions of a recording anew',
        description:
          'From subtitles in the file or beside it, else from what is said. What authors have edited is replaced, as soon as there is something to replace it. 409 `material_busy` while they are made.',
        params: IdParams,
        body: Wanted,
        response: { 202: MaterialShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const wanted = { id: request.params.id, permission: 'material.change' } as const;
      const material = await getMaterial(postgres, viewer, wanted);
      const { id: materialId, course_id: courseId, kind } = material;
      requireRecording(material);
      const { from } = request.body ?? {};
      await postgres.transaction().execute(async (tx) => {
        if ((await holdMaterial(tx, materialId)) === undefined) throw notFound('material');
        const jobs = new Set(listIndexingJobs(kind));
        const runs = await listRunsOfSubject(tx, materialId);
        requireRest(runs.filter(({ job }) => jobs.has(job)));
        await renewCaptions(tx, { materialId, ...(from && { from }) }, authorOf(request));
      });
      tellOfMaterial(bus, { id: materialId, courseId, event: 'material.reprocessed' });
      const described = await readMaterial(postgres, viewer, materialId);
      if (described === undefined) throw notFound('material');
      reply.header('location', `/v1/materials/${materialId}`);
      return reply.code(202).send(described);
    },
  );
}
