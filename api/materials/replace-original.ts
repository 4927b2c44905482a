import type { Store } from '@lectern/db/open';
import type { Author } from '@lectern/db/postgres/audit';
import type { Transaction } from '@lectern/db/postgres/connect';
import {
  mostVersions,
  replaceOriginal,
  SameFile,
  TooManyVersions,
} from '@lectern/db/postgres/material-versions';
import { isDuplicate, listMaterialsByHash, type Material } from '@lectern/db/postgres/materials';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import type { FastifyBaseLogger } from 'fastify';
import { notFound, Problem } from '../problems/problem.ts';
import { type ReceivedFile, removeFiles } from './receive-files.ts';

export type ReplaceOptions = Pick<Store, 'postgres' | 'objects' | 'config'> & {
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly author: Author;
  /** Throws when the right to it was lost while the file arrived. */
  readonly requireRight: (tx: Transaction) => Promise<unknown>;
};

/** Gives a material a file that is stored already. False where it has these bytes. */
export async function replaceStored(
  material: Pick<Material, 'id' | 'course_id'>,
  file: ReceivedFile,
  { postgres, objects, config, log, author, requireRight }: ReplaceOptions,
): Promise<boolean> {
  const { id, course_id: courseId } = material;
  const { userQuotaBytes, courseQuotaBytes } = config;
  const quotas = { userQuotaBytes, courseQuotaBytes };
  const drop = () => removeFiles([file], { objects, log });
  try {
    await postgres.transaction().execute(async (tx) => {
      await requireRight(tx);
      if (!(await replaceOriginal(tx, { id, file, author, quotas }))) throw notFound('material');
    });
    return true;
  } catch (error) {
    if (error instanceof SameFile) {
      await drop();
      return false;
    }
    if (isRefusal(error)) await drop();
    if (error instanceof TooManyVersions) throw tooMany();
    if (!isDuplicate(error)) throw error;
    await drop();
    const [other] = await listMaterialsByHash(postgres, courseId, [file.sha256]);
    throw knownAlready(other);
  }
}

/** After another error the file may have its row: nobody knows whether the commit came through. */
function isRefusal(error: unknown): boolean {
  const refusals = [Problem, QuotaExceeded, TooManyVersions];
  return refusals.some((refusal) => error instanceof refusal);
}

function knownAlready(other: Material | undefined): Problem {
  const name = other === undefined ? 'another material' : `“${other.file_name}”`;
  return new Problem({
    status: 409,
    code: 'already_here',
    detail: `The course has this file already, as ${name}. Use that one, or delete it first.`,
    ...(other !== undefined && { members: { materialId: other.id } }),
  });
}

function tooMany(): Problem {
  const detail = `The file of this material was replaced ${mostVersions} times, which is as often as may be. Delete the material and upload the file anew.`;
  return new Problem({ status: 409, code: 'too_many_versions', detail });
}
