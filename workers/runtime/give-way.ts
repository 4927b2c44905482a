import { readFileSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** Enough to come after what is short, and not so much as to starve beside what is long. */
const steps = 10;

/**
 * Lets a process, or with 0 the thread that calls, leave the processor to those for whom somebody
 * waits. It only goes further down: to come up again takes rights.
 */
export function giveWay(pid: number, times = 1): void {
  lower(pid, steps * times);
}

/** Whoever gives a reader work and takes its answers comes before it. */
export function comeAfterParent(pid: number): void {
  lower(pid, 2);
}

function lower(pid: number, by: number): void {
  try {
    const level = Math.min(constants.priority.PRIORITY_LOW, getPriority(pid) + by);
    setPriority(pid, level);
    if (pid !== 0 && leadsSession(pid)) writeFileSync(`/proc/${pid}/autogroup`, String(level));
  } catch {
    // It has ended, or this system does not let us.
  }
}

/**
 * Linux shares the processor among sessions before it looks at processes, so one with a session of its own
 * has to be lowered together with that.
 */
function leadsSession(pid: number): boolean {
  // The name of the program stands in brackets before and may hold anything.
  const [, , , session] =
    readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
  return Number(session) === pid;
}
