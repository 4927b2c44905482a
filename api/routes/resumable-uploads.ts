import type { Store } from '@lectern/db/open';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import {
  countOpenUploads,
  findUpload,
  type ResumableUpload,
  takeUpload,
  uploadKeptMs,
} from '@lectern/db/postgres/uploads';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { empty, tooLarge } from '../materials/receive-files.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { assembleUpload } from '../uploads/assemble-upload.ts';
import { checksumAlgorithms, readChecksum } from '../uploads/checksum.ts';
import { joinRunning } from '../uploads/join-running.ts';
import { readMetadata } from '../uploads/read-metadata.ts';
import { removeUpload } from '../uploads/remove-upload.ts';
import { speakTus, tusVersion, uploadsPath } from '../uploads/speak-tus.ts';
import { taken, UploadStore } from '../uploads/upload-store.ts';
import { UploadWriters, type Writing } from '../uploads/upload-writers.ts';
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
  // A large file takes a while; who asks again meanwhile waits for the same.
  const assemble = joinRunning<string>();

  const writers = new UploadWriters();

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
      const materialId = await assemble(id, () => assembleUpload(store, upload, options));
      return { 'lectern-material-id': materialId };
    } catch (error) {
      if (isFinal(error)) await removeUpload({ ...store, log: request.log }, id);
      throw error;
    }
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    upload: Pick<ResumableUpload, 'course_id' | 'file_name'>,
    { id, writing }: { readonly id?: string; readonly writing?: Writing } = {},
  ): Promise<FastifyReply> {
    const uploads = new UploadStore(store, {
      ownerId: viewerOf(request).id,
      courseId: upload.course_id,
      fileName: upload.file_name,
      checksum: readChecksum(readHeader(request, 'upload-checksum')),
      log: request.log,
      onWritten: () => writing?.end(),
    });
    const onFinish = (finished: string) => finish(request, finished);
    const named = { ...(id !== undefined && { id }), ...(writing && { signal: writing.signal }) };
    try {
      return await speakTus(request, reply, { config, uploads, onFinish, ...named });
    } catch (error) {
      const isRefused = error instanceof Problem && error.code === 'unsupported_media';
      if (id !== undefined && isRefused) await uploads.remove(id).catch(ignore);
      if (id === undefined) await uploads.takeBack().catch(ignore);
      throw writing?.signal.aborted === true ? taken() : error;
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
        await requireUpload(request, request.params.id);
        // A request before this one, perhaps of a lost connection, changes nothing of what is said now.
        await writers.handOver(request.params.id);
        await takeUpload(postgres, request.params.id);
        const upload = await getUpload(request, request.params.id);
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
      async (request, reply) => {
        const { id } = request.params;
        await requireUpload(request, id);
        await writers.handOver(id);
        const writing = writers.begin(id);
        try {
          return await answer(request, reply, await getUpload(request, id), { id, writing });
        } finally {
          writing.end();
        }
      },
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
      async (request, reply) => {
        const { id } = request.params;
        return answer(request, reply, await getUpload(request, id), { id });
      },
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

/** Sent again, it would be refused again. */
function isFinal(error: unknown): boolean {
  if (error instanceof QuotaExceeded) return true;
  return error instanceof Problem && error.status < 500 && error.status !== 408;
}

function ignore(): void {
  // It is gone already, or goes with those that nobody goes on with.
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
