import { access, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '@lectern/db/objects/has-code';

/**
 * Writes a page and its text under a name that nobody has, each whole or not at all, and gives that
 * name. A hidden draft of the page holds the name meanwhile, against other processes too.
 */
export async function writePair(
  folder: string,
  wanted: string,
  { html, txt }: { readonly html: string; readonly txt: string },
): Promise<string> {
  for (let turn = 1; ; turn++) {
    const name = turn === 1 ? wanted : `${wanted}-${turn}`;
    const [draft, final] = [join(folder, `.${name}`), join(folder, name)];
    if (!(await writeNew(`${draft}.html`, html))) continue;
    // Looked for only now: whoever had the name before has moved his draft away by now.
    if (await isThere(`${final}.html`)) {
      await rm(`${draft}.html`);
      continue;
    }
    await writeFile(`${draft}.txt`, txt, { mode: 0o600 });
    await rename(`${draft}.txt`, `${final}.txt`);
    await rename(`${draft}.html`, `${final}.html`);
    return name;
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
