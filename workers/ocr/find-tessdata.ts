import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cancel } from '@lectern/db/queue/outcomes';

/** Where the packages of Debian, Ubuntu, Fedora, Arch, Alpine and Homebrew put it. */
const usualFolders = [
  '/usr/share/tesseract-ocr/5/tessdata',
  '/usr/share/tesseract-ocr/4.00/tessdata',
  '/usr/share/tesseract/tessdata',
  '/usr/share/tessdata',
  '/usr/local/share/tessdata',
  '/opt/homebrew/share/tessdata',
];

export type Tessdata = { readonly folder: string; readonly languages: readonly string[] };

/** The folder that has the data of all languages. Nothing is ever downloaded. */
export function findTessdata(
  languages: readonly string[],
  given: string | undefined,
  folders: readonly string[] = usualFolders,
): Tessdata {
  const candidates = given === undefined ? folders : [given, join(given, 'tessdata')];
  const folder = candidates.find((candidate) =>
    languages.every((language) => existsSync(join(candidate, `${language}.traineddata`))),
  );
  if (folder !== undefined) return { folder, languages };
  const packages = languages.map((language) => `tesseract-ocr-${language}`).join(' ');
  throw new Cancel(
    'ocr_unavailable',
    `Pictures cannot be read here, because language data is missing. Whoever runs this installation installs it (on Debian and Ubuntu: apt install ${packages}) or sets TESSDATA_PREFIX; then process this material again.`,
  );
}
