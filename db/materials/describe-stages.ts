import { type Static, Type } from 'typebox';
import { type Stage, stagesOf, stagesOfFetched } from '../jobs/pipeline.ts';
import type { Material } from '../postgres/materials.ts';
import type { RunView } from '../postgres/runs.ts';

export const MaterialStatus = Type.Enum(['queued', 'processing', 'ready', 'partial', 'failed'], {
  description: '`partial`: some stage failed for good, the rest is usable',
});
export type MaterialStatus = Static<typeof MaterialStatus>;

const MaybeInstant = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

export const StageShape = Type.Object({
  name: Type.String(),
  status: Type.Enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  secondsLeft: Type.Optional(
    Type.Integer({ minimum: 0, description: 'until it is done, if it goes on as it has' }),
  ),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  startedAt: MaybeInstant,
  finishedAt: MaybeInstant,
});
export type StageDocument = Static<typeof StageShape>;

export type RunFacts = Pick<
  RunView,
  'id' | 'job' | 'state' | 'progress' | 'error' | 'started_at' | 'finished_at'
>;

type Facts = { readonly runs: readonly RunFacts[]; readonly now: number };

/** How far a material is: its runs, oldest first, held against what is planned for it. */
export function describeStages(
  material: Pick<Material, 'kind' | 'source_url' | 'analysis'>,
  runs: readonly RunFacts[],
  now = Date.now(),
): { readonly status: MaterialStatus; readonly stages: StageDocument[] } {
  const { kind, source_url: source } = material;
  const planned = source === null ? stagesOf(kind) : stagesOfFetched(kind);
  const stages = describeEach(planned, { runs, now });
  const aside = new Set(planned.flatMap(({ name, isAside }) => (isAside ? name : [])));
  // What a round before found stays until there is something better.
  const hasText = material.analysis !== null;
  return { status: summarise(stages, { aside, hasText }), stages };
}

function describeEach(stages: readonly Stage[], { runs, now }: Facts): StageDocument[] {
  const described = new Map<string, { document: StageDocument; runId: string }>();
  for (const { name, job, after } of stages) {
    const before = after === undefined ? undefined : described.get(after);
    const run = runs.findLast((candidate) => candidate.job === job.name);
    // A run that is older than that of the stage before belongs to an earlier round.
    const isCurrent = run !== undefined && (before === undefined || run.id > before.runId);
    const isSkipped = hasStopped(before?.document) || isPassedOver(name, before?.runId);
    described.set(name, {
      document: isCurrent
        ? describeRun(name, run, now)
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

function describeRun(name: string, run: RunFacts, now: number): StageDocument {
  const status = statusOf(run);
  return {
    name,
    status,
    progress: status === 'done' ? 1 : run.progress,
    ...(status === 'running' && estimateLeft(run, now)),
    // A stage that is done and has one did a part of it.
    ...((status === 'failed' || status === 'done') && run.error !== null && { error: run.error }),
    startedAt: run.started_at?.toISOString() ?? null,
    finishedAt: run.finished_at?.toISOString() ?? null,
  };
}

/** One that waits for others who do its work goes on meanwhile. */
function statusOf({ state, progress, error, started_at: startedAt }: RunFacts) {
  const goesOn = state === 'queued' && startedAt !== null && error === null && progress > 0;
  return goesOn ? 'running' : statusOfState[state];
}

/** Less says nothing yet. */
const leastProgress = 0.03;

function estimateLeft({ progress, started_at: startedAt }: RunFacts, now: number) {
  if (startedAt === null || progress < leastProgress) return {};
  const takenMs = Math.max(0, now - startedAt.getTime());
  return { secondsLeft: Math.round(((takenMs / progress) * (1 - progress)) / 1_000) };
}

type Usable = { readonly aside: ReadonlySet<string>; readonly hasText: boolean };

function summarise(stages: readonly StageDocument[], { aside, hasText }: Usable): MaterialStatus {
  const has = (status: StageDocument['status']) => stages.some((stage) => stage.status === status);
  const isOpen = has('waiting') || has('running');
  const hasBegun = stages.some(({ startedAt }) => startedAt !== null);
  if (isOpen) return hasBegun ? 'processing' : 'queued';
  const hasLoss = stages.some(({ error }) => error !== undefined);
  if (!has('failed') && !hasLoss) return 'ready';
  const isUsable = stages.some(({ name, status }) => status === 'done' && !aside.has(name));
  return hasText || isUsable ? 'partial' : 'failed';
}
