import { Readable } from 'node:stream';
import type { ZipEntry } from '../zip/pack-zip.ts';
import { type CourseFiles, missingFiles } from './course-files.ts';
import type { CourseSource } from './read-course.ts';

/** The materials as files of a zip, each opened when its turn comes. */
export async function* listFileEntries(
  files: CourseFiles,
  { open }: Pick<CourseSource, 'open'>,
): AsyncGenerator<ZipEntry, void, void> {
  const missing: string[] = [];
  let modifiedAt = new Date(0);
  for (const { material, place } of files.all) {
    const content = await open(material);
    modifiedAt = material.addedAt;
    if (content === undefined) missing.push(place);
    else yield { name: place, modifiedAt, content, isCompressed: material.kind !== 'text' };
  }
  if (missing.length === 0) return;
  const text = `These files could not be found:\n${missing.join('\n')}\n`;
  yield { name: `files/${missingFiles}`, modifiedAt, content: Readable.from([text]) };
}
