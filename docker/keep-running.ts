import type { ChildProcess } from 'node:child_process';

/** A process that is to run as long as the supervisor: how it is started, and how asked to end. */
export type Part = {
  readonly role: string;
  /** Starts it in a process group of its own. */
  readonly start: () => ChildProcess;
  /** Sent one after the other, each with the time it has; SIGKILL to the group comes after the last. */
  readonly stops: readonly Stop[];
};

export type Stop = {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
  /** The same when the person is in a hurry. */
  readonly hurriedMs: number;
};

export type Ending = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
};

export type Hooks = {
  readonly onStart?: (pid: number) => void;
  readonly onDeath?: (ending: Ending, againInMs: number) => void;
};

export type Running = {
  readonly role: string;
  readonly pid: () => number | undefined;
  /** Ends it for good; aborting `hurry` shortens what is left of its time. */
  stop(hurry: AbortSignal): Promise<void>;
};

const leastPauseMs = 200;
const longestPauseMs = 10_000;
const healthyMs = 60_000;

/** Starts a part, and starts it again with growing pauses whenever it dies. */
export function keepRunning(part: Part, hooks: Hooks = {}, first?: ChildProcess): Running {
  let child: ChildProcess | undefined;
  let ending = Promise.resolve<Ending>({ code: 0, signal: null });
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = leastPauseMs;
  let stopping = false;

  function run(started: ChildProcess): void {
    const startedAt = performance.now();
    child = started;
    ending = awaitEnd(started);
    if (started.pid !== undefined) hooks.onStart?.(started.pid);
    void restartAfter(ending, startedAt);
  }

  async function restartAfter(end: Promise<Ending>, startedAt: number): Promise<void> {
    const how = await end;
    child = undefined;
    if (stopping) return;
    if (performance.now() - startedAt > healthyMs) pauseMs = leastPauseMs;
    hooks.onDeath?.(how, pauseMs);
    timer = setTimeout(() => run(part.start()), pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  async function stop(hurry: AbortSignal): Promise<void> {
    stopping = true;
    clearTimeout(timer);
    for (const { signal, waitMs, hurriedMs } of part.stops) {
      if (child === undefined) return;
      child.kill(signal);
      if (await endsInTime(ending, waitMs, hurriedMs, hurry)) return;
    }
    if (child?.pid !== undefined) killGroup(child.pid);
    await ending;
  }

  run(first ?? part.start());
  return { role: part.role, pid: () => child?.pid, stop };
}

/** Resolves when the process is gone, and ends what it left behind in its group. */
export function awaitEnd(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
    const ended = (code: number | null, signal: NodeJS.Signals | null) => {
      if (child.pid !== undefined) killGroup(child.pid);
      resolve({ code, signal });
    };
    if (child.exitCode !== null || child.signalCode !== null) {
      ended(child.exitCode, child.signalCode);
    } else child.once('exit', ended);
  });
}

export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

async function endsInTime(
  ending: Promise<Ending>,
  waitMs: number,
  hurriedMs: number,
  hurry: AbortSignal,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timers = [setTimeout(resolve, hurry.aborted ? hurriedMs : waitMs, false)];
  const onHurry = () => timers.push(setTimeout(resolve, hurriedMs, false));
  hurry.addEventListener('abort', onHurry, { once: true });
  try {
    return await Promise.race([ending.then(() => true), late]);
  } finally {
    timers.forEach(clearTimeout);
    hurry.removeEventListener('abort', onHurry);
  }
}

export function describeEnding({ code, signal, error }: Ending): string {
  if (error !== undefined) return `did not start (${error.message})`;
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}
