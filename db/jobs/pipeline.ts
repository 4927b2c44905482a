import type { MaterialKind } from '../postgres/tables.ts';
import type { JobContract } from './define-job.ts';
import { analyseMaterial } from './analyse.ts';
import { extractMaterial } from './extract.ts';
import { indexMaterial } from './indexing.ts';
import type { MaterialPayload } from './material-payload.ts';

/** One step of a material's way; it begins when the stage named by `after` has ended. */
export type Stage = {
  readonly name: string;
  readonly job: JobContract<typeof MaterialPayload>;
  readonly after?: string;
};

const extract: Stage = { name: 'extract', job: extractMaterial };
const index: Stage = { name: 'index', job: indexMaterial, after: 'extract' };
const analyse: Stage = { name: 'analyse', job: analyseMaterial, after: 'index' };

/** The way of each kind of material. A kind that is not here is refused at the door. */
export const pipeline: Partial<Record<MaterialKind, readonly Stage[]>> = {
  text: [extract, index, analyse],
};

export function stagesOf(kind: MaterialKind): readonly Stage[] {
  return pipeline[kind] ?? [];
}

/** The stages that begin when the material arrives. */
export function firstStages(kind: MaterialKind): readonly Stage[] {
  return stagesOf(kind).filter(({ after }) => after === undefined);
}

/** The stages that begin when `job` has ended. */
export function nextStages(kind: MaterialKind, job: string): readonly Stage[] {
  const ended = stagesOf(kind).find((stage) => stage.job.name === job);
  if (ended === undefined) return [];
  return stagesOf(kind).filter(({ after }) => after === ended.name);
}
