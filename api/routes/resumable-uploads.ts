import { isId } from '@lectern/db/jobs/define-job';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import type { Store } from '@lectern/db/open';
import {
  countOpenUploads,
  findUpload,
  type ResumableUpload,
  uploadKeptMs,
} from '@lectern/db/postgres/uploads';
import { Metadata } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { empty, tooLarge } from '../materials/receive-files.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, notFound, Problem } from '../problems/problem.ts';
import { assembleUpload } from '../uploads/assemble-upload.ts';
import { checksumAlgorithms, readChecksum } from '../uploads/checksum.ts';
import { removeUpload } from '../uploads/remove-upload.ts';
import { speakTus, tusVersion, uploadsPath } from '../uploads/speak-tus.ts';
import { UploadStore } from '../uploads/upload-store.ts';
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
const mostMetadata = 8 * 1024;
const tags = ['Materials'];
const guarded = { access: 'material.add', takesNoKey: true } as const;
const done = Type.Null({ description: 'As tus 1.0 says; `Upload-Offset` says how far it is.' });

/** Files of any size in as many requests as it takes, by tus 1.0 (https://tus.io). */
export async function routeResumableUploads(app: App, store: Store): Promise<void> {
  const { postgres, config } = store;

  async function getUpload(request: FastifyRequest, id: string): Promise<ResumableUpload> {
    const upload = await findUpload(postgres, { id, ownerId: viewerOf(request).id });
    if (upload === undefined) throw notFound('upload');
    return upload;
  }

  /** For one who may still add to the course. */
  async function requireUpload(request: FastifyRequest, id: string): Promise<ResumableUpload> {
    const upload = await getUpload(request, id);
    const wanted = { id: upload.course_id, permission: 'material.add' } as const;
    await getCourse(postgres, viewerOf(request), wanted);
    if (upload.touched_at.getTime() + uploadKeptMs < Date.now()) throw expired();
    return upload;
  }

  /** Makes the material. What no material can be made of is not kept either. */
  async function finish(request: FastifyRequest, id: string): Promise<Record<string, string>> {
    const upload = await getUpload(request, id);
    const ownerId = viewerOf(request).id;
    const options = { ownerId, author: authorOf(request), log: request.log };
    try {
      return { 'lectern-material-id': await assembleUpload(store, upload, options) };
    } catch (error) {
      if (isFinal(error)) await removeUpload({ ...store, log: request.log }, id);
      throw error;
    }
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    upload: Pick<ResumableUpload, 'course_id' | 'file_name'> & { readonly id?: string },
  ): Promise<FastifyReply> {
    const { id } = upload;
    const uploads = new UploadStore(store, {
      ownerId: viewerOf(request).id,
      courseId: upload.course_id,
      fileName: upload.file_name,
      checksum: readChecksum(readHeader(request, 'upload-checksum')),
      log: request.log,
    });
    const onFinish = (finished: string) => finish(request, finished);
    const named = id === undefined ? {} : { id };
    try {
      return await speakTus(request, reply, { config, uploads, onFinish, ...named });
    } catch (error) {
      const code = error instanceof Problem ? error.code : undefined;
      if (id !== undefined && code === 'unsupported_media') await uploads.remove(id).catch(ignore);
      throw error;
    }
  }

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
        if ((await countOpenUploads(postgres, viewer.id)) >= mostOpen) throw tooMany();
        return answer(request, reply, { course_id: courseId, file_name: fileName });
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
        const upload = await requireUpload(request, request.params.id);
        // Whoever hears that all of it is there does not come again: so it has to be a material by then.
        const isWhole = upload.offset_bytes === upload.size_bytes;
        if (isWhole) reply.headers(await finish(request, upload.id));
        return reply
          .headers({
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
      async (request) => describeUpload(await getUpload(request, request.params.id)),
    );

    scope.patch(
      `${uploadsPath}/:id`,
      {
        config: guarded,
        schema: {
          tags,
          summary: 'Go on with a resumable upload',
          description:
            'tus 1.0. `Upload-Offset` says where these bytes belong; elsewhere than where it stopped: 409 `offset_conflict`. With `Upload-Checksum` all of them are kept or none: 460 `checksum_mismatch`.',
          consumes: ['application/offset+octet-stream'],
          params: IdParams,
          response: { 204: done },
        },
      },
      async (request, reply) =>
        answer(request, reply, await requireUpload(request, request.params.id)),
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
      async (request, reply) => answer(request, reply, await getUpload(request, request.params.id)),
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

function readHeader({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function readMetadata(header: string | undefined): { courseId: string; fileName: string } {
  if (header !== undefined && header.length > mostMetadata) throw badMetadata('is too long');
  const metadata = parseMetadata(header);
  const courseId = metadata['courseId']?.toLowerCase() ?? '';
  if (!isId(courseId)) throw badMetadata('must hold the id of a course as `courseId`');
  return { courseId, fileName: cleanFileName(metadata['filename'] ?? '') };
}

function parseMetadata(header: string | undefined): Record<string, string | null> {
  try {
    return Metadata.parse(header);
  } catch {
    throw badMetadata('must be pairs of a key and a value in base64, as tus 1.0 says');
  }
}

function badMetadata(message: string): Problem {
  return invalidRequest([{ path: 'headers.upload-metadata', message }]);
}

/** Sent again, it would be refused again. */
function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status < 500 && error.status !== 408;
}

function ignore(): void {
  // It is gone already.
}

function otherVersion(): Problem {
  const detail = `Send \`Tus-Resumable: ${tusVersion}\`; this is the version that is spoken here.`;
  const headers = { 'tus-version': tusVersion };
  return new Problem({ status: 412, code: 'tus_version_unsupported', detail, headers });
}

function expired(): Problem {
  const detail = 'Nobody went on with this upload for a day, so it is gone. Begin again.';
  return new Problem({ status: 410, code: 'upload_expired', detail });
}

function tooMany(): Problem {
  const detail = `You have ${mostOpen} uploads that are not finished. Go on with these or give them up.`;
  return new Problem({ status: 429, code: 'too_many_uploads', detail });
}
