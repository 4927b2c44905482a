import type { Store } from '@lectern/db/open';
import type { Author } from '@lectern/db/postgres/audit';
import {
  findUpload,
  finishUpload,
  listUploadParts,
  type ResumableUpload,
} from '@lectern/db/postgres/uploads';
import type { FastifyBaseLogger } from 'fastify';
import { receiveFiles, removeFiles } from '../materials/receive-files.ts';
import { storeMaterials } from '../materials/store-materials.ts';
import { Problem } from '../problems/problem.ts';
import { dropPieces } from './remove-upload.ts';

export type AssembleOptions = {
  readonly ownerId: string;
  readonly author: Author;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
};

/** Makes the material of an upload that has all its bytes, and gives its id. Twice makes one. */
export async function assembleUpload(
  store: Pick<Store, 'postgres' | 'objects' | 'config' | 'bus'>,
  upload: ResumableUpload,
  { ownerId, author, log }: AssembleOptions,
): Promise<string> {
  const { postgres, objects, config, bus } = store;
  if (upload.material_id !== null) return upload.material_id;
  const courseId = upload.course_id;
  const parts = await listUploadParts(postgres, upload.id);
  const keys = parts.map(({ object_key: key }) => key);
  try {
    if (keys.length === 0) throw gone();
    const files = await receiveFiles(asForm(upload.file_name, readPieces(objects, keys)), {
      objects,
      log,
      courseId,
      mostBytes: config.maxUploadBytes,
    });
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total !== upload.size_bytes) {
      await removeFiles(files, { objects, log });
      throw new Error(`upload ${upload.id} has ${total} of ${upload.size_bytes} bytes`);
    }
    const stored = {
      postgres,
      objects,
      config,
      log,
      courseId,
      ownerId,
      author,
      fromUpload: upload.id,
    };
    const { materials, areAllKnown } = await storeMaterials(files, stored);
    const [material] = materials;
    if (material === undefined) throw new Error(`upload ${upload.id} became no material`);
    await finishUpload(postgres, { id: upload.id, materialId: material.id });
    if (!areAllKnown) {
      const news = JSON.stringify({ event: 'material.added', materialId: material.id });
      bus.publish(`subject:${courseId}`, news).catch(() => undefined);
    }
    await dropPieces({ objects, log }, keys);
    return material.id;
  } catch (error) {
    // Another request may have been quicker, and taken the pieces away.
    const now = await findUpload(postgres, { id: upload.id, ownerId });
    if (now !== undefined && now.material_id !== null) return now.material_id;
    throw error;
  }
}

/** Its pieces went when it became a material, and nothing is left of that. */
function gone(): Problem {
  const detail = 'The material that this upload became was deleted. Begin again.';
  return new Problem({ status: 410, code: 'material_gone', detail });
}

async function* asForm(fileName: string, bytes: AsyncIterable<Buffer>) {
  yield { name: 'file', fileName, bytes };
}

async function* readPieces(objects: Store['objects'], keys: readonly string[]) {
  for (const key of keys) {
    const bytes: AsyncIterable<Buffer> = await objects.read(key);
    yield* bytes;
  }
}
