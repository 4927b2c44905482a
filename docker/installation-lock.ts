import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftOthers } from './process-group.ts';
import { isRunning, markOf, type ProcessMark } from './process-identity.ts';

type Holder = ProcessMark & {
  readonly url: string;
  /** It was asked to stop: whoever waits a little can have the folder. */
  readonly stopping: boolean;
  readonly children: Readonly<Record<string, ProcessMark>>;
};

/** One start per data folder. It also remembers the children, for a start after everything was killed. */
export type InstallationLock = {
  /** Those that run still, or left others in their group. */
  readonly leftOver: readonly ProcessMark[];
  recordChild(role: string, pid: number): void;
  markStopping(): void;
  release(): void;
};

export type LockAnswer =
  | { readonly taken: true; readonly lock: InstallationLock }
  | {
      readonly taken: false;
      readonly pid: number;
      readonly url: string;
      readonly stopping: boolean;
    };

export function takeLock(dataDir: string, url: string): LockAnswer {
  const file = join(dataDir, 'lectern.lock');
  const own = markOf(process.pid);
  if (own === undefined) throw new Error('cannot read the start time of this process');
  const children: Record<string, ProcessMark> = {};
  let stopping = false;
  const text = () => JSON.stringify({ ...own, url, stopping, children } satisfies Holder);

  const before = readHolder(file);
  if (before !== undefined && isRunning(before)) return refuse(before);
  if (!create(file, text(), before)) return refuse(readHolder(file));
  return {
    taken: true,
    lock: {
      leftOver: Object.values(before?.children ?? {}).filter(
        (mark) => isRunning(mark) || leftOthers(mark),
      ),
      recordChild(role, pid) {
        const mark = markOf(pid);
        if (mark === undefined) return;
        children[role] = mark;
        replace(file, text());
      },
      markStopping() {
        stopping = true;
        replace(file, text());
      },
      release: () => rmSync(file, { force: true }),
    },
  };
}

function refuse(holder: Holder | undefined): LockAnswer {
  const { pid = 0, url = '', stopping = false } = holder ?? {};
  return { taken: false, pid, url, stopping };
}

/** False when another start was quicker. */
function create(file: string, text: string, stale: Holder | undefined): boolean {
  if (stale !== undefined || !isReadable(file)) {
    const aside = `${file}.${process.pid}.old`;
    try {
      renameSync(file, aside);
    } catch {
      // Nothing there to put aside.
    }
    const moved = readHolder(aside);
    if (moved !== undefined && isRunning(moved)) {
      renameSync(aside, file);
      return false;
    }
    rmSync(aside, { force: true });
  }
  // Linked and not written, so that nobody ever reads half a lock.
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

function isReadable(file: string): boolean {
  return readHolder(file) !== undefined;
}

function readHolder(file: string): Holder | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isHolder(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string' &&
    'url' in value &&
    typeof value.url === 'string' &&
    'children' in value &&
    typeof value.children === 'object'
  );
}
