import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What `npm run models` writes when all is there: the model, and what it is of. */
const Installed = Compile(
  Type.Object({ model: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }) }),
);

export type WhisperPlace = {
  /** Holds the package in `node_modules`, and models in folders by their names. */
  readonly folder: string;
  readonly model: string;
};

/** The model that was brought, if package and model are whole. */
export function findWhisper(dataDir: string): WhisperPlace | undefined {
  const folder = join(dataDir, 'models');
  const model = readInstalled(join(folder, 'speech.json'));
  if (model === undefined) return undefined;
  const parts = [join('node_modules', '@huggingface', 'transformers', 'package.json'), model];
  return parts.every((part) => existsSync(join(folder, part))) ? { folder, model } : undefined;
}

function readInstalled(file: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Installed.Check(value) ? value.model : undefined;
  } catch {
    return undefined;
  }
}
