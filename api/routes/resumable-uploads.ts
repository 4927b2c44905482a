import type { Store } from '@lectern/db/open';
import { countOpenUploads, type ResumableUpload, uploadKeptMs } from '@lectern/db/postgres/uploads';
import { Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { empty, tooLarge } from '../materials/receive-files.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { checksumAlgorithms } from '../uploads/checksum.ts';
import { readHeader } from '../uploads/read-header.ts';
import { readMetadata } from '../uploads/read-metadata.ts';
import { serveUploads } from '../uploads/serve-uploads.ts';
import { tusVersion, uploadsPath } from '../uploads/speak-tus.ts';
import { otherVersion, tooMany } from '../uploads/upload-refusals.ts';
import { Id, IdParams, Instant } from './shapes.ts';

const UploadShape = Type.Object({
  id: Id,
  courseId: Id,
  fileName: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  offset: Type.Integer({ description: 'bytes that are there' }),
  expiresAt: Instant,
  materialId: Type.Union([Id, Type.Null()], { description: 'what became of it' }),
});

const mostOpen = 1_000;
const tags = ['Materials'];
const guarded = { access: 'material.add', takesNoKey: true } as const;
const done = Type.Null({ description: 'As tus 1.0 says; `Upload-Offset` says how far it is.' });

/** Files of any size in as many requests as it takes, by tus 1.0 (https://tus.io). */
export async function routeResumableUploads(app: App, store: Store): Promise<void> {
  const { postgres, config } = store;
  const uploads = serveUploads(store);

  await app.register(async (scope: App) => {
    // Its bytes are read where they are kept.
    scope.addContentTypeParser('application/offset+octet-stream', async () => undefined);
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('tus-resumable', tusVersion);
      if (request.method === 'GET' || request.method === 'OPTIONS') return;
      if (request.headers['tus-resumable'] !== tusVersion) throw otherVersion();
    });

    scope.options(
      uploadsPath,
      {
        config: { access: 'public' },
        schema: {
          tags,
          summary: 'Ask what resumable uploads can do',
          response: { 204: Type.Null({ description: 'The headers say it.' }) },
        },
      },
      async (_request, reply) =>
        reply
          .code(204)
          .headers({
            'tus-version': tusVersion,
            'tus-extension': 'creation,creation-with-upload,checksum,termination,expiration',
            'tus-max-size': String(config.maxUploadBytes),
            'tus-checksum-algorithm': checksumAlgorithms.join(','),
          })
          .send(null),
    );

    scope.post(
      uploadsPath,
      {
        config: { ...guarded, limit: 'upload' },
        schema: {
          tags,
          summary: 'Begin a resumable upload',
          description:
            'tus 1.0. `Upload-Length` says how large the file is, `Upload-Metadata` its `filename` and `courseId`. The file may begin in this request. When all of it is there, the answer names the material in `Lectern-Material-Id`.',
          response: { 201: Type.Null({ description: '`Location` is where it goes on.' }) },
        },
      },
      async (request, reply) => {
        const { courseId, fileName } = readMetadata(readHeader(request, 'upload-metadata'));
        const viewer = viewerOf(request);
        await getCourse(postgres, viewer, { id: courseId, permission: 'material.add' });
        const length = readHeader(request, 'upload-length');
        if (length === '0') throw empty(fileName);
        if (Number(length) > config.maxUploadBytes) throw tooLarge(fileName, config.maxUploadBytes);
        if ((await countOpenUploads(postgres, viewer.id)) >= mostOpen) throw tooMany(mostOpen);
        return uploads.begin(request, reply, { course_id: courseId, file_name: fileName });
      },
    );

    // Before that of GET, which would bring one of its own.
    scope.head(
      `${uploadsPath}/:id`,
      {
        config: guarded,
        schema: {
          tags,
          summary: 'Ask how far a resumable upload is',
          description: 'tus 1.0.',
          params: IdParams,
          response: { 200: done },
        },
      },
      async (request, reply) => {
        const { upload, headers } = await uploads.measure(request, request.params.id);
        return reply
          .headers({
            ...headers,
            'cache-control': 'no-store',
            'upload-offset': String(upload.offset_bytes),
            'upload-length': String(upload.size_bytes),
            'upload-metadata': upload.metadata,
            'upload-expires': expiryOf(upload).toUTCString(),
          })
          .send(null);
      },
    );

    scope.get(
      `${uploadsPath}/:id`,
      {
        config: guarded,
        schema: {
          tags,
          summary: 'Read a resumable upload',
          description:
            'With the material that it became. `HEAD` says in headers how far it is, as tus 1.0 asks; of one that is whole also `Lectern-Material-Id`.',
          params: IdParams,
          response: { 200: UploadShape },
        },
      },
      async (request) => describeUpload(await uploads.getUpload(request, request.params.id)),
    );

    scope.patch(
      `${uploadsPath}/:id`,
      {
        config: guarded,
        schema: {
          tags,
          summary: 'Go on with a resumable upload',
          description:
            'tus 1.0; where a proxy lets no `PATCH` through, a `POST` with `X-HTTP-Method-Override: PATCH`. `Upload-Offset` says where these bytes belong; elsewhere than where it stopped: 409 `offset_conflict`. With `Upload-Checksum` all of them are kept or none: 460 `checksum_mismatch`.',
          consumes: ['application/offset+octet-stream'],
          params: IdParams,
          response: { 204: done },
        },
      },
      async (request, reply) => uploads.goOn(request, reply, request.params.id),
    );

    scope.delete(
      `${uploadsPath}/:id`,
      {
        config: guarded,
        schema: {
          tags,
          summary: 'Give up a resumable upload',
          description: 'tus 1.0. A material that it became stays.',
          params: IdParams,
          response: { 204: Type.Null({ description: 'It is gone.' }) },
        },
      },
      async (request, reply) => uploads.giveUp(request, reply, request.params.id),
    );
  });
}

function describeUpload(upload: ResumableUpload) {
  return {
    id: upload.id,
    courseId: upload.course_id,
    fileName: upload.file_name,
    size: upload.size_bytes,
    offset: upload.offset_bytes,
    expiresAt: expiryOf(upload).toISOString(),
    materialId: upload.material_id,
  };
}

function expiryOf({ touched_at }: ResumableUpload): Date {
  return new Date(touched_at.getTime() + uploadKeptMs);
}
