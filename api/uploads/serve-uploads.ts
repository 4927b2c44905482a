import type { Store } from '@lectern/db/open';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import {
  findUpload,
  type ResumableUpload,
  takeUpload,
  uploadKeptMs,
} from '@lectern/db/postgres/uploads';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { assembleUpload } from './assemble-upload.ts';
import { readChecksum } from './checksum.ts';
import { joinRunning } from './join-running.ts';
import { readHeader } from './read-header.ts';
import { removeUpload } from './remove-upload.ts';
import { speakTus } from './speak-tus.ts';
import { expired } from './upload-refusals.ts';
import { taken, UploadStore } from './upload-store.ts';
import { UploadWriters, type Writing } from './upload-writers.ts';

type Named = Pick<ResumableUpload, 'course_id' | 'file_name'>;
type Known = { readonly id?: string; readonly writing?: Writing };
type Headers = Record<string, string>;

/** What the routes of resumable uploads do for a request; those of one process know of each other. */
export function serveUploads(store: Store) {
  const { postgres, config } = store;
  const writers = new UploadWriters();
  // A large file takes a while; who asks again meanwhile waits for the same.
  const assemble = joinRunning<string>();

  async function getUpload(request: FastifyRequest, id: string): Promise<ResumableUpload> {
    const upload = await findUpload(postgres, { id, ownerId: viewerOf(request).id });
    if (upload === undefined) throw notFound('upload');
    return upload;
  }

  /** For one who may still add to the course. */
  async function requireOpen(request: FastifyRequest, id: string): Promise<void> {
    const upload = await getUpload(request, id);
    const wanted = { id: upload.course_id, permission: 'material.add' } as const;
    await getCourse(postgres, viewerOf(request), wanted);
    if (upload.touched_at.getTime() + uploadKeptMs < Date.now()) throw expired();
  }

  /** Makes the material. What no material can be made of is not kept either. */
  async function finish(request: FastifyRequest, id: string): Promise<Headers> {
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
    upload: Named,
    { id, writing }: Known = {},
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

  return {
    getUpload,

    begin: (request: FastifyRequest, reply: FastifyReply, upload: Named) =>
      answer(request, reply, upload),

    /** How far it is, and headers for one that is whole. */
    async measure(request: FastifyRequest, id: string) {
      await requireOpen(request, id);
      // A request before this one, perhaps of a lost connection, changes nothing of what is said now.
      await writers.handOver(id);
      await takeUpload(postgres, id);
      const upload = await getUpload(request, id);
      // Whoever hears that all of it is there does not come again: so it has to be a material by then.
      const isWhole = upload.offset_bytes === upload.size_bytes;
      const headers: Headers = isWhole ? await finish(request, id) : {};
      return { upload, headers };
    },

    async goOn(request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
      await requireOpen(request, id);
      await writers.handOver(id);
      const writing = writers.begin(id);
      try {
        return await answer(request, reply, await getUpload(request, id), { id, writing });
      } finally {
        writing.end();
      }
    },

    async giveUp(request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
      return answer(request, reply, await getUpload(request, id), { id });
    },
  };
}

/** Sent again, it would be refused again. */
function isFinal(error: unknown): boolean {
  if (error instanceof QuotaExceeded) return true;
  return error instanceof Problem && error.status < 500 && error.status !== 408;
}

function ignore(): void {
  // It is gone already, or goes with those that nobody goes on with.
}
