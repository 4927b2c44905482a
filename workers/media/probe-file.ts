// Runs only in the sandbox, as the engine `mediaProbe` of `engines.ts`.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { ProgramReading } from '../sandbox/define-engine.ts';
import { Compile } from 'typebox/compile';
import { explainProgram } from './explain-program.ts';
import { describeFile, ProbedFile } from './describe-file.ts';
import { requirePlayable } from './require-playable.ts';
import { safeInput } from './safe-input.ts';

const probed = Compile(ProbedFile);

export async function* probeFile(
  file: string,
  { programs }: ProgramReading,
): AsyncGenerator<{ kind: 'info'; info: MediaInfo }, void, void> {
  const args = ['-v', 'error', ...safeInput, '-show_streams', '-show_format', '-show_chapters'];
  const told = await promisify(execFile)(
    programs['ffprobe'] ?? 'ffprobe',
    [...args, '-of', 'json', file],
    { maxBuffer: 16 * 1024 * 1024 },
  ).catch((error: unknown) => {
    throw explainProgram(error);
  });
  const found: unknown = JSON.parse(told.stdout);
  if (!probed.Check(found)) throw new Error('ffprobe told something else than it does');
  requirePlayable(found);
  yield { kind: 'info', info: describeFile(found) };
}
