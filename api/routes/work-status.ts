import type { RunView } from '@lectern/db/postgres/runs';
import { Type } from 'typebox';

// How far work is that goes on after its request was answered.

export const WorkStatus = Type.Enum(['queued', 'processing', 'ready', 'failed']);

export const WorkError = Type.Object({ code: Type.String(), message: Type.String() });

export function describeWork(
  run: Pick<RunView, 'state' | 'progress' | 'error'> | undefined,
  isReady: boolean,
) {
  const failed = run?.state === 'failed' || run?.state === 'cancelled';
  const working = run?.state === 'running' ? ('processing' as const) : ('queued' as const);
  const status = isReady ? ('ready' as const) : failed ? ('failed' as const) : working;
  return {
    status,
    progress: isReady ? 1 : (run?.progress ?? 0),
    ...(status === 'failed' && run?.error && { error: run.error }),
  };
}
