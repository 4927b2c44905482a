import type { ExportedMaterial } from '@lectern/db/postgres/exported-course';
import { extname } from 'node:path/posix';
import { nameEntry } from '../zip/name-entry.ts';

/** A material as a file of the zip. */
export type CourseFile = {
  readonly material: ExportedMaterial;
  /** Where it is in the zip. */
  readonly place: string;
  /** The same in a link. */
  readonly address: string;
};

export type CourseFiles = {
  readonly all: readonly CourseFile[];
  /** The file that an address or an id leads to. */
  find(reference: string): CourseFile | undefined;
};

/** What tells in the zip of files that are lost. No file has its name. */
export const missingFiles = 'missing.txt';

/** Gives each material a name that no other has, also where capitals do not count. */
export function placeFiles(materials: readonly ExportedMaterial[]): CourseFiles {
  const taken = new Set([missingFiles]);
  const byId = new Map<string, CourseFile>();
  for (const material of materials) {
    const name = chooseName(nameEntry(material.fileName), taken);
    taken.add(name.toLowerCase());
    const address = `files/${encodeURIComponent(name).replace(/[()'*!]/g, hexOf)}`;
    byId.set(material.id, { material, place: `files/${name}`, address });
  }
  const find = (reference: string) => {
    const ids = reference.length > 2_000 ? [] : (reference.toLowerCase().match(idPattern) ?? []);
    return ids.map((id) => byId.get(id)).find((file) => file !== undefined);
  };
  return { all: [...byId.values()], find };
}

const idPattern = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function chooseName(name: string, taken: ReadonlySet<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${stem} (${n})${extension}`;
    if (!taken.has(tried.toLowerCase())) return tried;
  }
}

/** Characters that Markdown would take for the end of an address. */
function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
