import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type RoleLog = {
  readonly write: (chunk: Buffer) => void;
  /** The last line that names an error, once, to say why a process died. */
  readonly lastError: () => string | undefined;
  readonly close: () => void;
};

export type RoleLogOptions = {
  readonly folder: string;
  readonly role: string;
  readonly show: (line: string) => void;
  readonly maxBytes?: number;
};

const warnLevel = 40;
const quietMs = 30_000;
const maxLineBytes = 1_000_000;

/** `<role>.log` and `<role>.log.1`, each of a bounded size; warnings are shown to the person too. */
export function openRoleLog(options: RoleLogOptions): RoleLog {
  const { folder, role, show, maxBytes = 10_000_000 } = options;
  const file = join(folder, `${role}.log`);
  const calm = callSeldom(show);
  mkdirSync(folder, { recursive: true });
  let fd = openSync(file, 'a', 0o600);
  let closed = false;
  let size = fstatSync(fd).size;
  let rest: Buffer = Buffer.alloc(0);
  let lastError: string | undefined;

  function append(lines: Buffer): void {
    if (size > 0 && size + lines.length > maxBytes) {
      closeSync(fd);
      renameSync(file, `${file}.1`);
      fd = openSync(file, 'a', 0o600);
      size = 0;
    }
    try {
      size += writeSync(fd, lines);
    } catch (error) {
      // A full disk must not end the processes whose words these are.
      calm(`${role}: its log cannot be written: ${String(error)}`);
    }
  }

  return {
    write(chunk) {
      if (closed) return;
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = all.length > maxLineBytes ? all.length : all.lastIndexOf(0x0a) + 1;
      rest = all.subarray(end);
      if (end === 0) return;
      const lines = all.subarray(0, end);
      append(lines);
      for (const line of lines.toString('utf8').split('\n')) {
        if (/^\w*Error\b|\b(FATAL|PANIC):/.test(line)) lastError = line.trim();
        const warning = readWarning(line);
        if (warning !== undefined) calm(`${role}: ${warning}`);
      }
    },
    lastError() {
      const last = lastError;
      lastError = undefined;
      return last;
    },
    close() {
      if (closed) return;
      if (rest.length > 0) append(rest);
      closed = true;
      closeSync(fd);
    },
  };
}

/** What a line of a JSON log says when it is a warning or worse. */
export function readWarning(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined;
    if (typeof entry.level !== 'number' || entry.level < warnLevel) return undefined;
    const message = 'msg' in entry ? String(entry.msg) : '';
    const cause = 'err' in entry ? readMessage(entry.err) : undefined;
    return [message, cause].filter((part) => part !== undefined && part !== '').join(': ');
  } catch {
    return undefined;
  }
}

function readMessage(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return String(error.message).split('\n')[0];
}

/** The same line again within half a minute is left out: the log has them all. */
function callSeldom(show: (line: string) => void): (line: string) => void {
  const shownAt = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (shownAt.get(line) ?? 0) < quietMs) return;
    if (shownAt.size > 100) shownAt.clear();
    shownAt.set(line, now);
    show(line);
  };
}
