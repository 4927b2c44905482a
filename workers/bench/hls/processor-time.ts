import { readFile } from 'node:fs/promises';

const ticksPerS = 100;

/** Seconds of processor that this process and all that it has waited for have used, on Linux. */
export async function readProcessorS(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'latin1');
  // Behind the name, which may hold anything: user and system, then those of children.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerS;
}
