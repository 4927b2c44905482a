import { Analysis } from '@lectern/db/materials/analysis';
import { type Stage, stagesOf, stagesOfFetched } from '@lectern/db/jobs/pipeline';
import { isPending } from '@lectern/db/postgres/fetched-materials';
import type { Material } from '@lectern/db/postgres/materials';
import type { RunView } from '@lectern/db/postgres/runs';
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../routes/shapes.ts';

export const MaterialStatus = Type.Enum(['queued', 'processing', 'ready', 'partial', 'failed'], {
  description: '`partial`: some stage failed for good, the rest is usable',
});

export const MaterialKind = Type.Enum([
  'document',
  'presentation',
  'image',
  'audio',
  'video',
  'text',
]);

const MaybeInstant = Type.Union([Instant, Type.Null()]);

const StageShape = Type.Object({
  name: Type.String(),
  status: Type.Enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  startedAt: MaybeInstant,
  finishedAt: MaybeInstant,
});

export const MaterialShape = Type.Object({
  id: Id,
  courseId: Id,
  fileName: Type.String(),
  mediaType: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  sha256: Type.String({ description: 'empty until the file is there' }),
  kind: MaterialKind,
  status: MaterialStatus,
  stages: Type.Array(StageShape),
  title: Type.Optional(Type.String({ description: 'as the file says' })),
  author: Type.Optional(Type.String({ description: 'as the file says' })),
  pages: Type.Optional(Type.Integer({ description: 'or slides' })),
  language: Type.Optional(Type.String()),
  analysis: Type.Optional(Analysis),
  createdAt: Instant,
});

export type MaterialDocument = Static<typeof MaterialShape>;
type StageDocument = Static<typeof StageShape>;

type RunFacts = Pick<
  RunView,
  'id' | 'job' | 'state' | 'progress' | 'error' | 'started_at' | 'finished_at'
>;

/** A material as clients see it: its stages and its status follow from its runs, oldest first. */
export function describeMaterial(material: Material, runs: readonly RunFacts[]): MaterialDocument {
  const { kind, source_url: source } = material;
  const planned = source === null ? stagesOf(kind) : stagesOfFetched(kind);
  const stages = describeStages(planned, runs);
  return {
    id: material.id,
    courseId: material.course_id,
    fileName: material.file_name,
    mediaType: material.media_type,
    size: material.size_bytes,
    sha256: isPending(material) ? '' : material.sha256,
    kind: material.kind,
    status: summarise(
      stages,
      new Set(planned.flatMap(({ name, isAside }) => (isAside ? name : []))),
    ),
    stages,
    ...(material.title !== null && { title: material.title }),
    ...(material.author !== null && { author: material.author }),
    ...(material.page_count !== null && { pages: material.page_count }),
    ...(material.language !== null && { language: material.language }),
    ...(material.analysis !== null && { analysis: material.analysis }),
    createdAt: material.created_at.toISOString(),
  };
}

function describeStages(stages: readonly Stage[], runs: readonly RunFacts[]): StageDocument[] {
  const described = new Map<string, { document: StageDocument; runId: string }>();
  for (const { name, job, after } of stages) {
    const before = after === undefined ? undefined : described.get(after);
    const run = runs.findLast((candidate) => candidate.job === job.name);
    // A run that is older than that of the stage before belongs to an earlier round.
    const isCurrent = run !== undefined && (before === undefined || run.id > before.runId);
    const isSkipped = hasStopped(before?.document) || isPassedOver(name, before?.runId);
    described.set(name, {
      document: isCurrent
        ? describeRun(name, run)
        : { ...idle, name, status: isSkipped ? 'skipped' : 'waiting' },
      runId: isCurrent ? run.id : (before?.runId ?? ''),
    });
  }
  return [...described.values()].map(({ document }) => document);

  /** There was nothing to do: what comes after it has begun. */
  function isPassedOver(name: string, beforeId: string | undefined): boolean {
    if (beforeId === undefined || beforeId === '') return false;
    const following = new Set(
      stages.filter(({ after }) => after === name).map(({ job }) => job.name),
    );
    return runs.some(({ id, job }) => following.has(job) && id > beforeId);
  }
}

const idle = { progress: 0, startedAt: null, finishedAt: null } as const;

/** What comes after a stage that failed, or was skipped itself, never begins. */
function hasStopped(before: StageDocument | undefined): boolean {
  return before?.status === 'failed' || before?.status === 'skipped';
}

const statusOfState = {
  queued: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'failed',
} as const;

function describeRun(name: string, run: RunFacts): StageDocument {
  const status = statusOfState[run.state];
  return {
    name,
    status,
    progress: status === 'done' ? 1 : run.progress,
    // A stage that is done and has one did a part of it.
    ...((status === 'failed' || status === 'done') && run.error !== null && { error: run.error }),
    startedAt: run.started_at?.toISOString() ?? null,
    finishedAt: run.finished_at?.toISOString() ?? null,
  };
}

function summarise(
  stages: readonly StageDocument[],
  aside: ReadonlySet<string>,
): Static<typeof MaterialStatus> {
  const has = (status: StageDocument['status']) => stages.some((stage) => stage.status === status);
  const isOpen = has('waiting') || has('running');
  const hasBegun = stages.some(({ startedAt }) => startedAt !== null);
  if (isOpen) return hasBegun ? 'processing' : 'queued';
  const hasLoss = stages.some(({ error }) => error !== undefined);
  if (!has('failed') && !hasLoss) return 'ready';
  const isUsable = stages.some(({ name, status }) => status === 'done' && !aside.has(name));
  return isUsable ? 'partial' : 'failed';
}
