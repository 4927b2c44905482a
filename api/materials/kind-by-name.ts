import { kindOfName } from '@lectern/db/materials/kind-of-name';
import type { MaterialKind } from '@lectern/db/postgres/tables';

/** What a file seems to be as long as nobody has seen it. */
export function kindByName(fileName: string): MaterialKind {
  return kindOfName(fileName) ?? 'document';
}
