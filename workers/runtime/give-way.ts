import { constants, getPriority, setPriority } from 'node:os';

/** Enough to come after what is short, and not so much as to starve beside what is long. */
const steps = 5;

/**
 * Lets a process, or with 0 the thread that calls, leave the processor to those for whom somebody
 * waits. It only goes further down: to come up again takes rights.
 */
export function giveWay(pid: number, times = 1): void {
  try {
    setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority(pid) + steps * times));
  } catch {
    // It has ended, or this system does not let us.
  }
}
