import type { Stage } from '@lectern/db/jobs/pipeline';
import type { MaterialDocument } from './describe-material.ts';

/** `failed`: what failed, was done in part or never began, and what follows it. */
export type Only = 'all' | 'failed';

export type Repeated = Pick<MaterialDocument, 'stages'> & {
  readonly planned: readonly Stage[];
  /** The file itself is still to be fetched. */
  readonly isPending: boolean;
};

/** The stages to begin with; those after them follow by themselves. */
export function stagesToRepeat({ planned, stages, isPending }: Repeated, only: Only): Stage[] {
  const byName = new Map(planned.map((stage) => [stage.name, stage]));
  const found = new Map(stages.map((stage) => [stage.name, stage]));
  const isFetch = ({ job }: Stage) => job.name === 'material.fetch';
  /** It was passed over because there was nothing to do. */
  const hasFollowed = ({ name }: Stage) =>
    planned.some((stage) => stage.after === name && found.get(stage.name)?.status !== 'skipped');
  const isWanted = (stage: Stage): boolean => {
    // A file that is there is not fetched again.
    if (isFetch(stage)) return isPending;
    if (only === 'all') return true;
    const { status, error } = found.get(stage.name) ?? { status: 'waiting' };
    if (status === 'skipped' && hasFollowed(stage)) return false;
    return status !== 'done' || error !== undefined;
  };
  const followsWanted = ({ after }: Stage): boolean => {
    const before = after === undefined ? undefined : byName.get(after);
    return before !== undefined && (isWanted(before) || followsWanted(before));
  };
  return planned.filter((stage) => isWanted(stage) && !followsWanted(stage));
}
