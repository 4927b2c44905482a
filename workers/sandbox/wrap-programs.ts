import { access, constants, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancel } from '@lectern/db/queue/outcomes';
import type { Engine } from './define-engine.ts';
import { findProgram } from './find-program.ts';

/** The programs that an engine names, by their paths, each so that it ends when the child does that starts it. */
export async function wrapPrograms(
  { programs }: Pick<Engine, 'programs'>,
  folder: string,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const name of programs) paths[name] = await wrapProgram(name, folder);
  return paths;
}

async function wrapProgram(name: string, folder: string): Promise<string> {
  const program = findProgram(name);
  if (program === undefined) {
    const detail = `This machine has no ${name}. Whoever runs it can install it; then have the file processed again.`;
    throw new Cancel('program_missing', detail);
  }
  const setpriv = findProgram('setpriv');
  if (setpriv === undefined) return program;
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\nexec '${setpriv}' --pdeathsig KILL -- '${program}' "$@"\n`, {
    mode: 0o700,
  });
  // Some systems let nothing run that lies in their temporary folder.
  return await access(path, constants.X_OK).then(
    () => path,
    () => program,
  );
}
