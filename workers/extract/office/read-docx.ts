import type { Found, Reading } from '../found.ts';
import { UnitCutter, type Unit } from './cut-units.ts';
import { readDocumentParts } from './docx/read-document-parts.ts';
import { damaged, findMainPart, openPackage } from './open-package.ts';
import { readAbout } from './read-about.ts';
import { refuseCompoundFile } from './refuse-compound-file.ts';
import { pictureTaker } from './take-pictures.ts';

/** A document of Word 2007 and later. */
export async function* readDocx(
  path: string,
  { folder, signal }: Reading,
): AsyncGenerator<Found, void, void> {
  await refuseCompoundFile(path);
  const file = await openPackage({ file: path });
  try {
    const main = await findMainPart(file, {
      type: /wordprocessingml\.(document|template)\.main|word\.(document|template)\.macroEnabled/i,
      usual: /(^|\/)word\/document\d*\.xml$/i,
    });
    const parts = await readDocumentParts(file, main);
    const about = await readAbout(file);
    yield { ...(parts.language !== undefined && { language: parts.language }), ...about };
    const units = new UnitCutter();
    const take = pictureTaker(folder);
    let texts = 0;
    for await (const block of parts.blocks) {
      signal.throwIfAborted();
      if (block.isAside) yield* textOf(units.leaveHeadings());
      for (const unit of units.add(block)) {
        texts++;
        yield { kind: 'text', ...unit };
      }
      for (const part of block.pictures) {
        const bytes = (await file.zip.read(part))?.bytes;
        const fileName = bytes && (await take(bytes));
        const { unit, heading } = units.place;
        if (fileName) {
          yield { kind: 'picture', unit, place: heading ? { heading } : {}, fileName };
        }
      }
    }
    const rest = units.flush();
    yield* textOf(rest);
    if (parts.isWhole() && file.zip.isWhole) return;
    if (texts + rest.length === 0) throw damaged();
    yield {
      kind: 'loss',
      code: 'file_damaged',
      message: 'This document is damaged. What could be read of it is here.',
    };
  } finally {
    await file.zip.close();
  }
}

function textOf(units: readonly Unit[]): Found[] {
  return units.map((unit) => ({ kind: 'text', ...unit }));
}
