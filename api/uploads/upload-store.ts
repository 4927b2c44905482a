import type { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import {
  addUploadParts,
  findUpload,
  insertUpload,
  type ResumableUpload,
  takeUpload,
  uploadKeptMs,
  type UploadPart,
  uploadsFolder,
} from '@lectern/db/postgres/uploads';
import { DataStore, type Lock, type Locker, Metadata, Upload } from '@tus/server';
import type { FastifyBaseLogger } from 'fastify';
import { notFound, Problem } from '../problems/problem.ts';
import { BodyPieces } from './body-pieces.ts';
import { type Checksum, hashBytes, requireMatch } from './checksum.ts';
import { judgeBeginning } from './judge-beginning.ts';
import { dropPieces, removeUpload } from './remove-upload.ts';

const pieceLimits = { mostBytes: 16 * 1024 * 1024, mostMs: 5_000 };

export type UploadRequest = {
  readonly ownerId: string;
  readonly courseId: string;
  readonly fileName: string;
  readonly checksum: Checksum | undefined;
  /** Called when what the request wrote counts. */
  readonly onWritten: () => void;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
};

/**
 * What one request does with an upload, for the server of the protocol: rows say how far it is, and what
 * arrived lies in pieces in the object store, so that any process can go on with it.
 */
export class UploadStore extends DataStore implements Locker {
  readonly #store: Pick<Store, 'postgres' | 'objects' | 'config'>;
  readonly #request: UploadRequest;
  #fence = 0;
  #begunId: string | undefined;

  constructor(store: Pick<Store, 'postgres' | 'objects' | 'config'>, request: UploadRequest) {
    super();
    this.#store = store;
    this.#request = request;
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum'];
  }

  override async create(upload: Upload): Promise<Upload> {
    const { ownerId, courseId, fileName } = this.#request;
    const { postgres, config } = this.#store;
    const row = {
      id: upload.id,
      ownerId,
      courseId,
      fileName,
      metadata: Metadata.stringify(upload.metadata ?? {}),
      sizeBytes: upload.size ?? 0,
    };
    await postgres.transaction().execute((tx) => insertUpload(tx, row, config));
    this.#begunId = upload.id;
    const { touched_at: touchedAt } = await this.#get(upload.id);
    this.#fence = (await takeUpload(this.#store.postgres, upload.id)) ?? 0;
    // The answer to this request says until when it is kept.
    upload.creation_date = touchedAt.toISOString();
    return upload;
  }

  /** Takes back what this request began: whoever hears only of a failure does not know where to go on. */
  async takeBack(): Promise<void> {
    if (this.#begunId === undefined) return;
    await removeUpload({ ...this.#store, log: this.#request.log }, this.#begunId);
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#get(id);
    return new Upload({
      id,
      size: row.size_bytes,
      offset: row.offset_bytes,
      creation_date: row.touched_at.toISOString(),
    });
  }

  override getExpiration(): number {
    return uploadKeptMs;
  }

  /** The request that came last has the upload: one before it, perhaps of a lost connection, writes no more. */
  newLock(id: string): Lock {
    return {
      lock: async () => {
        this.#fence = (await takeUpload(this.#store.postgres, id)) ?? 0;
      },
      unlock: async () => undefined,
    };
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const row = await this.#get(id);
    const { checksum } = this.#request;
    const whole = offset === 0 ? judgeBeginning(body, toFile(row)) : body;
    const pieces = new BodyPieces(
      checksum === undefined ? whole : hashBytes(whole, checksum),
      pieceLimits,
    );
    const held: UploadPart[] = [];
    try {
      let end = offset;
      while (await pieces.hasMore()) {
        const part = await this.#keep(id, end, pieces);
        held.push(part);
        end += part.size_bytes;
        // With a checksum nothing counts before all of it was seen.
        if (checksum === undefined) await this.#count(id, held);
      }
      pieces.throwIfBroken();
      if (checksum !== undefined) requireMatch(checksum);
      if (held.length > 0) await this.#count(id, held);
      return end;
    } catch (error) {
      const place = { objects: this.#store.objects, log: this.#request.log };
      await dropPieces(
        place,
        held.map(({ object_key: key }) => key),
      );
      throw error;
    } finally {
      this.#request.onWritten();
    }
  }

  override async remove(id: string): Promise<void> {
    await this.#get(id);
    await removeUpload({ ...this.#store, log: this.#request.log }, id);
  }

  async #get(id: string): Promise<ResumableUpload> {
    const { ownerId } = this.#request;
    const row = await findUpload(this.#store.postgres, { id, ownerId });
    if (row === undefined) throw notFound('upload');
    return row;
  }

  async #keep(id: string, start: number, pieces: BodyPieces): Promise<UploadPart> {
    const key = `${uploadsFolder}/${id}/${start}-${this.#fence}`;
    const { sizeBytes } = await this.#store.objects.write(key, pieces.take());
    return { start_bytes: start, size_bytes: sizeBytes, object_key: key };
  }

  async #count(id: string, held: UploadPart[]): Promise<void> {
    const fence = this.#fence;
    if (!(await addUploadParts(this.#store.postgres, { id, fence, parts: held }))) throw taken();
    held.length = 0;
  }
}

function toFile({ file_name: fileName, size_bytes: sizeBytes }: ResumableUpload) {
  return { fileName, sizeBytes };
}

export function taken(): Problem {
  const detail =
    'Another request goes on with this upload. Ask how far it is, and go on from there.';
  return new Problem({ status: 409, code: 'upload_taken', detail });
}
