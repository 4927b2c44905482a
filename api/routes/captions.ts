import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import { type Captions, listCaptions, listCues } from '@lectern/db/postgres/captions';
import { editCaptions } from '@lectern/db/postgres/edited-captions';
import { findCourseLanguage } from '@lectern/db/postgres/material-source';
import type { Material } from '@lectern/db/postgres/materials';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
import { getCaptions } from '../materials/get-captions.ts';
import { getMaterial } from '../materials/get-material.ts';
import { requireRecording } from '../materials/require-recording.ts';
import { readLanguage } from '../materials/read-language.ts';
import { readCues } from '../materials/read-cues.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import {
  type CaptionsDocument,
  CaptionsQuery,
  CaptionsShape,
  describeCaptions,
  NewCaptions,
  tagOfCaptions,
} from './caption-shapes.ts';
import { IdParams } from './shapes.ts';

const tags = ['Captions'];
/** As many cues as there may be do not fit into what is enough elsewhere. */
const mostBytes = 8 * 1024 * 1024;

/** What is said in a recording, to be read and corrected. */
export function routeCaptions(
  app: App,
  { postgres, bus, config }: Pick<Store, 'postgres' | 'bus' | 'config'>,
): void {
  async function describe(materialId: string, captions: Captions) {
    const all = await listCaptions(postgres, materialId);
    const cues = await listCues(postgres, materialId, captions.language);
    return describeCaptions({ materialId, captions, all, cues });
  }

  /** Files tell of their length wrongly: what is written down already may stay. */
  async function findEndMs({ id, duration_ms: ms }: Material, language: string): Promise<number> {
    if (ms === null) return Number.POSITIVE_INFINITY;
    const cues = await listCues(postgres, id, language);
    return cues.reduce((endMs, cue) => Math.max(endMs, cue.endMs), ms);
  }

  app.get(
    '/v1/materials/:id/captions',
    {
      config: { access: 'material.read' },
      schema: {
        tags,
        summary: 'Read the captions of a recording',
        description:
          'With an `ETag`. 409 `material_not_ready` while they are made; then the material shows how far that is.',
        params: IdParams,
        querystring: CaptionsQuery,
        response: { 200: CaptionsShape, 304: Type.Null({ description: 'They have not changed.' }) },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { material, captions } = await getCaptions(postgres, viewer, request);
      const tag = tagOfCaptions(captions);
      reply.header('etag', tag);
      if (holdsTag(request.headers['if-none-match'], tag)) return reply.code(304).send(null);
      return describe(material.id, captions);
    },
  );

  app.put(
    '/v1/materials/:id/captions',
    {
      bodyLimit: Math.max(mostBytes, config.maxBodyBytes),
      config: { access: 'material.change' },
      schema: {
        tags,
        summary: 'Correct the captions of a recording',
        description:
          'All cues, in order. Needs `If-Match` with the `ETag` that was read, where there are captions in this language; when they were changed since, 412 has them in `current`. They are the author’s from then on and stay when the material is processed again. Only what changed is indexed anew.',
        params: IdParams,
        querystring: CaptionsQuery,
        body: NewCaptions,
        response: { 200: CaptionsShape },
      },
    },
    async (request, reply) => {
      const wanted = { id: request.params.id, permission: 'material.change' } as const;
      const material = await getMaterial(postgres, viewerOf(request), wanted);
      const { id: materialId, course_id: courseId } = material;
      const [first] = await listCaptions(postgres, materialId);
      if (first === undefined) requireRecording(material);
      const { language: named } = request.query;
      const given = named === undefined ? first?.language : readLanguage(named);
      const language = given ?? (await findCourseLanguage(postgres, courseId)) ?? 'und';
      const cues = readCues(request.body.cues, await findEndMs(material, language));
      const isSeen = (current: Captions | undefined) =>
        isSeenVersion(request.headers['if-match'], current);
      const edit = { materialId, language, cues, isSeen };
      const edited = await postgres
        .transaction()
        .execute((tx) => editCaptions(tx, edit, authorOf(request)));
      if (edited.outcome === 'gone') throw notFound('material');
      const { captions } = edited;
      if (captions === undefined) throw conflict();
      const tag = tagOfCaptions(captions);
      reply.header('etag', tag);
      const described = await describe(materialId, captions);
      if (edited.outcome === 'stale') throw conflict({ described, tag });
      if (edited.outcome === 'written') {
        tellOfMaterial(bus, { id: materialId, courseId, event: 'material.captions' });
      }
      return described;
    },
  );
}

/** Captions that are not there yet need no tag. */
function isSeenVersion(header: string | undefined, current: Captions | undefined): boolean {
  if (current === undefined) return header === undefined;
  if (header !== undefined) return holdsTag(header, tagOfCaptions(current));
  throw new Problem({
    status: 428,
    code: 'if_match_missing',
    detail: 'Send `If-Match` with the `ETag` of the captions as you read them.',
  });
}

function conflict(current?: { described: CaptionsDocument; tag: string }): Problem {
  return new Problem({
    status: 412,
    code: 'version_conflict',
    detail: 'The captions were changed since you read them. `current` is what they are now.',
    members: { current: current?.described ?? null },
    ...(current && { headers: { etag: current.tag } }),
  });
}
