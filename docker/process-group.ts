import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { root } from './parts.ts';
import { markOf, type ProcessMark } from './process-identity.ts';

type Member = { readonly group: number; readonly state: string; readonly command: string };

/** Whether a process that is gone left others of this project in its group. */
export function leftOthers({ pid }: ProcessMark): boolean {
  // A number that belongs to somebody again names no group of ours: it is given away only when that is empty.
  if (markOf(pid) !== undefined) return false;
  const members = process.platform === 'linux' ? readOnLinux(pid) : askPs(pid);
  return members.some(
    ({ group, state, command }) =>
      group === pid && !/^[ZX]/.test(state) && command.includes(`${root}/`),
  );
}

function readOnLinux(wanted: number): Member[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name in brackets may hold spaces and brackets itself.
        const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (Number(group) !== wanted) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ group: wanted, state, command }];
      } catch {
        // It ended in between.
        return [];
      }
    });
}

function askPs(wanted: number): Member[] {
  try {
    const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,command='], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
    return lines.split('\n').flatMap((line) => {
      const [, group, state = '', command = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      return Number(group) === wanted ? [{ group: wanted, state, command }] : [];
    });
  } catch {
    return [];
  }
}
