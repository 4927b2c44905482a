import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the packages of Debian, Ubuntu, Fedora, Arch and Homebrew put it. */
const usualFolders = [
  '/usr/share/pocketsphinx/model/en-us',
  '/usr/local/share/pocketsphinx/model/en-us',
  '/opt/homebrew/share/pocketsphinx/model/en-us',
];

export type SphinxModel = {
  readonly acoustics: string;
  readonly language: string;
  readonly words: string;
};

/** The English model that comes with pocketsphinx, if it is there. */
export function findSphinxModel(
  folders: readonly string[] = usualFolders,
): SphinxModel | undefined {
  return folders
    .map((folder) => ({
      acoustics: join(folder, 'en-us'),
      language: join(folder, 'en-us.lm.bin'),
      words: join(folder, 'cmudict-en-us.dict'),
    }))
    .find((model) => Object.values(model).every((path) => existsSync(path)));
}
