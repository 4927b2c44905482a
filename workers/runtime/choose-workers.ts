import { contracts } from '@lectern/db/jobs/contracts';
import type { WorkerDefinition } from './define-worker.ts';

/** The workers of these names, or all. A registry that does not fit the contracts is a fault. */
export function chooseWorkers(
  registry: readonly WorkerDefinition[],
  names: readonly string[],
): { readonly workers: readonly WorkerDefinition[] } | { readonly fault: string } {
  const fault = findMisfit(registry);
  if (fault !== undefined) return { fault };
  const known = registry.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return { fault: `No worker is named ${unknown.join(', ')}. There are ${known.join(', ')}.` };
  }
  const workers =
    names.length === 0 ? registry : registry.filter(({ name }) => names.includes(name));
  return { workers };
}

function findMisfit(registry: readonly WorkerDefinition[]): string | undefined {
  for (const { name } of contracts) {
    const takers = registry.filter(({ job }) => job.name === name);
    if (takers.length !== 1) return `The job ${name} has ${takers.length} workers; it needs one.`;
  }
  const stranger = registry.find(({ job }) => !contracts.some(({ name }) => name === job.name));
  return (
    stranger && `The worker ${stranger.name} takes ${stranger.job.name}, which is no contract.`
  );
}
