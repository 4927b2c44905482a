import { readFile } from 'node:fs/promises';
import type { Found, Reading } from '../found.ts';
import { openCompoundFile } from './compound-file.ts';
import { UnitCutter } from './cut-units.ts';
import { readDocPictures } from './doc/read-doc-pictures.ts';
import { readStories } from './doc/read-stories.ts';
import { damaged } from './open-package.ts';
import { protectedByPassword } from './refuse-compound-file.ts';
import { readSummary } from './summary-information.ts';
import { pictureTaker } from './take-pictures.ts';

/** A document of Word 6 to 2003. */
export async function* readDoc(
  path: string,
  { folder, signal }: Reading,
): AsyncGenerator<Found, void, void> {
  const file = openCompoundFile(await readFile(path, { signal }));
  if (file === undefined) throw damaged();
  if (file.has('EncryptedPackage')) throw protectedByPassword();
  const { stories, language, isWhole } = readStories(file);
  yield { kind: 'about', ...(language !== undefined && { language }), ...readSummary(file) };
  const units = new UnitCutter();
  let last = 0;
  for (const { name, sections } of stories) {
    signal.throwIfAborted();
    const full = name === 'body' ? [] : units.leaveHeadings();
    for (const unit of [...full, ...sections.flatMap((section) => units.add(section))]) {
      last = unit.unit;
      yield { kind: 'text', ...unit };
    }
  }
  for (const unit of units.flush()) {
    last = unit.unit;
    yield { kind: 'text', ...unit };
  }
  const take = pictureTaker(folder);
  // Where in the text a picture stands is not told; a scanned document is nothing but pictures.
  for (const bytes of readDocPictures(file)) {
    const fileName = await take(bytes);
    if (fileName) yield { kind: 'picture', unit: last + 1, place: {}, fileName };
  }
  if (isWhole) return;
  if (last === 0) throw damaged();
  yield {
    kind: 'loss',
    code: 'file_damaged',
    message: 'This document is damaged. What could be read of it is here.',
  };
}
