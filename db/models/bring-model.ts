import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchFile } from './fetch-file.ts';
import { type ModelName, repositoryOf } from './known-models.ts';
import { listFiles } from './list-files.ts';

export type Bringing = {
  /** Where models are kept, in folders by their names. */
  readonly folder: string;
  /** The server that has them. */
  readonly base: string;
  readonly model: ModelName;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly pauseMs?: number;
};

/** Brings a model, file by file; what is there and right stays. From the end on it is the one that is used. */
export async function bringModel(bringing: Bringing): Promise<void> {
  const { folder, base, model, signal, say, pauseMs } = bringing;
  const { revision, files } = await listFiles(base, model, signal);
  for (const file of files) {
    const progress = tellProgress(`${model}/${file.name}`, file.sizeBytes, say);
    const path = join(folder, model, file.name);
    const pause = pauseMs === undefined ? {} : { pauseMs };
    const isNew = await fetchFile(file, { path, signal, progress, ...pause });
    say(`${model}/${file.name} ${isNew ? 'is here' : 'was here'}, and its checksum is right`);
  }
  const installed = {
    model,
    repository: repositoryOf(model),
    revision,
    files: files.map(({ name, sizeBytes, digest }) => ({ name, sizeBytes, ...digest })),
  };
  const file = join(folder, 'speech.json');
  await writeFile(`${file}.new`, `${JSON.stringify(installed, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

const stepPercent = 10;

function tellProgress(name: string, sizeBytes: number, say: (line: string) => void) {
  let told = 0;
  return (bytes: number) => {
    const percent = Math.floor((100 * bytes) / sizeBytes);
    if (percent < told + stepPercent) return;
    told = percent - (percent % stepPercent);
    say(`${name}: ${told} % of ${writeSize(sizeBytes)}`);
  };
}

function writeSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
