import { setTimeout as wait } from 'node:timers/promises';
import { killGroup } from './keep-running.ts';
import { leftOthers } from './process-group.ts';
import { isRunning, type ProcessMark } from './process-identity.ts';

/** Ends children of a start that was killed; what they were doing, their runs' next try does again. */
export async function endLeftovers(marks: readonly ProcessMark[], limitMs: number): Promise<void> {
  for (const { pid } of marks.filter(isRunning)) send(pid, 'SIGTERM');
  const giveUpAt = performance.now() + limitMs;
  while (marks.some(isRunning) && performance.now() < giveUpAt) await wait(20);
  for (const { pid } of marks.filter(isRunning)) killGroup(pid);
  while (marks.some(isRunning)) await wait(20);
  // A process of theirs that computes for ever does not hear that its parent is gone.
  for (const { pid } of marks.filter(leftOthers)) killGroup(pid);
  const groupsGoneBy = performance.now() + limitMs;
  while (marks.some(leftOthers) && performance.now() < groupsGoneBy) await wait(20);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}
