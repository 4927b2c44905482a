import type { MaterialKind } from '../postgres/tables.ts';
import type { JobContract } from './define-job.ts';
import { analyseMaterial } from './analyse.ts';
import { captionMaterial } from './captions.ts';
import { fetchMaterial } from './fetch.ts';
import { extractMaterial } from './extract.ts';
import { hlsMaterial } from './hls.ts';
import { indexMaterial } from './indexing.ts';
import type { MaterialPayload } from './material-payload.ts';
import { ocrMaterial } from './ocr.ts';
import { probeMaterial } from './probe.ts';
import { storyboardMaterial } from './storyboard.ts';
import { thumbnailMaterial } from './thumbnail.ts';
import { transcribeMaterial } from './transcribe.ts';

/** One step of a material's way; it begins when the stage named by `after` has ended. */
export type Stage = {
  readonly name: string;
  readonly job: JobContract<typeof MaterialPayload>;
  readonly after?: string;
  /** Done or not, it makes nothing of a material usable that nobody can read. */
  readonly isAside?: boolean;
};

const fetch: Stage = { name: 'fetch', job: fetchMaterial, isAside: true };
const probe: Stage = { name: 'probe', job: probeMaterial, isAside: true };
const hls: Stage = { name: 'hls', job: hlsMaterial, after: 'probe' };
const extract: Stage = { name: 'extract', job: extractMaterial };
const thumbnail: Stage = { name: 'thumbnail', job: thumbnailMaterial };

const ocr = (after?: string): Stage => ({
  name: 'ocr',
  job: ocrMaterial,
  ...(after !== undefined && { after }),
});
const index = (after: string): Stage => ({ name: 'index', job: indexMaterial, after });
const analyse: Stage = { name: 'analyse', job: analyseMaterial, after: 'index' };

/** What people find a video by, and their way in it. */
const ofVideo: readonly Stage[] = [
  { ...thumbnail, after: 'probe', isAside: true },
  { name: 'storyboard', job: storyboardMaterial, after: 'probe', isAside: true },
];

/** What is said in a recording, once it is known what sound and which subtitles it has. */
const speech: readonly Stage[] = [
  { name: 'transcribe', job: transcribeMaterial, after: 'probe' },
  { name: 'captions', job: captionMaterial, after: 'transcribe' },
  index('captions'),
  analyse,
];

const withPages = [extract, ocr('extract'), index('ocr'), analyse, { ...thumbnail, isAside: true }];

/** The way of each kind of material. A kind that is not here is refused at the door. */
export const pipeline: Partial<Record<MaterialKind, readonly Stage[]>> = {
  text: [extract, index('extract'), analyse],
  document: withPages,
  presentation: withPages,
  image: [ocr(), index('ocr'), analyse, thumbnail],
  audio: [probe, hls, ...speech],
  video: [probe, hls, ...ofVideo, ...speech],
};

export function stagesOf(kind: MaterialKind): readonly Stage[] {
  return pipeline[kind] ?? [];
}

/** The same for a file that has to be fetched first. */
export function stagesOfFetched(kind: MaterialKind): readonly Stage[] {
  return [fetch, ...stagesOf(kind).map((stage) => ({ after: fetch.name, ...stage }))];
}

/** The jobs that lead to a material's place in the index, and that which gives it one. */
export function listIndexingJobs(kind: MaterialKind): string[] {
  const stages = stagesOfFetched(kind);
  const names: string[] = [];
  for (let name: string | undefined = 'index'; name !== undefined;) {
    const stage = stages.find((one) => one.name === name);
    if (stage !== undefined) names.push(stage.job.name);
    name = stage?.after;
  }
  return names;
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
