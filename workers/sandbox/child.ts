// Runs one engine on one file, and says what it finds at 3, a line of JSON each. Started by
// `start-child.ts`, which tells it at stdin, by lines again: the engine, the file, how much is taken.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { shutNetwork } from './shut-network.ts';

/** As many may wait to be taken, so that pictures do not fill the disk. */
const mostAhead = 8;

type Task = {
  readonly module: string;
  readonly run: string;
  readonly file: string;
  readonly folder: string;
  readonly ask: unknown;
  readonly programs: Readonly<Record<string, string>>;
};

const lines = createInterface({ input: process.stdin });
let taken = 0;
let wake: (() => void) | undefined;
let hasTask = false;

shutNetwork({ keepsPipes: process.permission.has('child') });
// Of use before this line only.
delete process.env['NODE_COMPILE_CACHE'];
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) console[name] = () => {};

lines.on('line', (line) => {
  if (line === '+') {
    taken++;
    wake?.();
    return;
  }
  const given = JSON.parse(line);
  if (hasTask) return;
  if (typeof given.file === 'string') {
    hasTask = true;
    void work(given);
  } else {
    // A spare: what it will need is loaded while nobody waits.
    import(given.module).catch(() => undefined);
  }
});
// Without its parent it has nobody to tell.
lines.on('close', () => process.exit(0));
process.on('uncaughtException', (error) => end({ error: describe(error) }));
process.on('unhandledRejection', () => undefined);

async function work({ module, run, file, folder, ask, programs }: Task): Promise<void> {
  let said = 0;
  try {
    const engine = await import(module);
    say({ begin: true });
    const { signal } = new AbortController();
    for await (const found of engine[run](file, { folder, signal, ask, programs })) {
      say({ found });
      said++;
      if (said - taken >= mostAhead) await room(said);
    }
    end({ end: true });
  } catch (error) {
    end({ error: describe(error) });
  }
}

/** Resolves when so much of what was said is taken that more may be. */
async function room(said: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  wake = () => {
    if (said - taken < mostAhead) resolve();
  };
  await promise;
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, message: error.message, code };
}

function say(message: object): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSome(rest));
}

function writeSome(bytes: Buffer): number {
  try {
    return writeSync(3, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    // Nobody reads any more.
    process.exit(0);
  }
}

function end(message: object): void {
  say(message);
  process.exit(0);
}
