import { isId } from '@lectern/db/jobs/define-job';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import { Metadata } from '@tus/server';
import { invalidRequest, type Problem } from '../problems/problem.ts';

const mostMetadata = 8 * 1024;

type UploadMetadata = { readonly courseId: string; readonly fileName: string };

/** What `Upload-Metadata` says of a file: where it belongs, and a name to show. */
export function readMetadata(header: string | undefined): UploadMetadata {
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
