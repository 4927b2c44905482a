import type { Store } from '@lectern/db/open';
import type { Author } from '@lectern/db/postgres/audit';
import {
  insertMaterial,
  insertMaterials,
  isCourseGone,
  isDuplicate,
  listMaterialsByHash,
  type Material,
  type NewMaterial,
} from '@lectern/db/postgres/materials';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import type { FastifyBaseLogger } from 'fastify';
import { notFound } from '../problems/problem.ts';
import { type ReceivedFile, removeFiles } from './receive-files.ts';

export type StoreMaterialsOptions = Pick<Store, 'postgres' | 'objects' | 'config'> & {
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly courseId: string;
  readonly ownerId: string;
  readonly author: Author;
  /** The upload that held room for it. */
  readonly fromUpload?: string;
};

export type StoredMaterials = {
  /** In the order of the files. */
  readonly materials: readonly Material[];
  readonly areAllKnown: boolean;
};

/** Another upload of the same bytes can come first as often as there are files. */
const mostTries = 5;

/**
 * Gives each file a row and its first run, or the row of the material with the same bytes; all or
 * nothing. Files whose bytes the course has already are removed again.
 */
export async function storeMaterials(
  files: readonly ReceivedFile[],
  options: StoreMaterialsOptions,
): Promise<StoredMaterials> {
  try {
    const { known, inserted } = await insertNew(files, options);
    const byHash = new Map([...known, ...inserted].map((material) => [material.sha256, material]));
    const materials = files.flatMap(({ sha256 }) => byHash.get(sha256) ?? []);
    const used = new Set(materials.map(({ object_key }) => object_key));
    await removeFiles(
      files.filter(({ objectKey }) => !used.has(objectKey)),
      options,
    );
    return { materials, areAllKnown: inserted.length === 0 };
  } catch (error) {
    if (isCourseGone(error) || error instanceof QuotaExceeded) await removeFiles(files, options);
    throw isCourseGone(error) ? notFound('course') : error;
  }
}

async function insertNew(files: readonly ReceivedFile[], options: StoreMaterialsOptions) {
  const { postgres, config, courseId, author, fromUpload } = options;
  const { userQuotaBytes, courseQuotaBytes } = config;
  const room = {
    userQuotaBytes,
    courseQuotaBytes,
    ...(fromUpload !== undefined && { fromUpload }),
  };
  const hashes = [...new Set(files.map(({ sha256 }) => sha256))];
  for (let tries = 1; ; tries++) {
    const known = await listMaterialsByHash(postgres, courseId, hashes);
    const fresh = pickNew(files, new Set(known.map(({ sha256 }) => sha256)));
    const rows = fresh.map((file) => toRow(file, options));
    try {
      const [only, ...others] = rows;
      if (only === undefined) return { known, inserted: [] };
      if (others.length > 0)
        return { known, inserted: await insertMaterials(postgres, rows, author, room) };
      return { known, inserted: [await insertMaterial(postgres, only, author, room)] };
    } catch (error) {
      // Somebody else's upload of the same bytes was committed first: theirs is the material.
      if (!isDuplicate(error) || tries === mostTries) throw error;
    }
  }
}

/** One file for each content that the course does not have. */
function pickNew(files: readonly ReceivedFile[], known: ReadonlySet<string>): ReceivedFile[] {
  const seen = new Set(known);
  return files.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}

function toRow(
  file: ReceivedFile,
  { courseId, ownerId }: Pick<StoreMaterialsOptions, 'courseId' | 'ownerId'>,
): NewMaterial {
  return {
    id: file.materialId,
    course_id: courseId,
    owner_id: ownerId,
    file_name: file.fileName,
    media_type: file.mediaType,
    kind: file.kind,
    size_bytes: file.sizeBytes,
    sha256: file.sha256,
    object_key: file.objectKey,
  };
}
