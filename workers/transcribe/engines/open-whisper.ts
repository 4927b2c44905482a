import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WhisperPlace } from './find-whisper.ts';
import type { Order, Reply, Told } from './whisper-process.ts';

/** One Whisper in a process of its own, which is started when first needed. */
export type Whisper = {
  /** One after the other. */
  listen(order: Order, signal: AbortSignal): Promise<Told>;
  close(): void;
};

/** Half a minute of sound, on a slow machine and with a large model. */
const longestMs = 15 * 60_000;
/** One that nobody needed for so long gives its memory back. */
const idleMs = 5 * 60_000;

const Replies = Compile(
  Type.Union([
    Type.Object({
      told: Type.Object({
        language: Type.Union([Type.String(), Type.Null()]),
        chunks: Type.Array(
          Type.Object({
            text: Type.String(),
            timestamp: Type.Tuple([Type.Number(), Type.Union([Type.Number(), Type.Null()])]),
          }),
        ),
      }),
    }),
    Type.Object({ error: Type.String() }),
  ]),
);

export function openWhisper({ folder, model }: WhisperPlace): Whisper {
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  function close(): void {
    clearTimeout(idle);
    child?.kill('SIGKILL');
    child = undefined;
  }

  function start(): ChildProcess {
    const started = fork(
      fileURLToPath(import.meta.resolve('./whisper-process.ts')),
      [folder, model],
      {
        serialization: 'advanced',
        execArgv: ['--no-warnings'],
        env: {},
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  }

  async function listen(order: Order, signal: AbortSignal): Promise<Told> {
    clearTimeout(idle);
    child ??= start();
    setHold(child, true);
    try {
      const told = await ask(child, order, signal);
      setHold(child, false);
      idle = setTimeout(close, idleMs).unref();
      return told;
    } catch (error) {
      // It may still be at work, or in any state.
      close();
      throw error;
    }
  }

  return { listen, close };
}

/** An idle one does not keep this process alive. */
function setHold(child: ChildProcess, holds: boolean): void {
  if (holds) child.ref();
  else child.unref();
  if (holds) child.channel?.ref();
  else child.channel?.unref();
}

async function ask(child: ChildProcess, order: Order, signal: AbortSignal): Promise<Told> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  const onMessage = (reply: unknown) => {
    if (!isReply(reply)) reject(new Error('the Whisper process says nonsense'));
    else if ('error' in reply) reject(new Error(`Whisper failed: ${reply.error}`));
    else resolve(reply.told);
  };
  const onExit = (code: number | null, by: string | null) =>
    reject(new Error(`the Whisper process ended with ${by ?? code}`));
  const onAbort = () => reject(signal.reason);
  const timer = setTimeout(() => {
    reject(new Error(`Whisper took longer than ${longestMs / 60_000} minutes`));
  }, longestMs);
  child.once('message', onMessage).once('exit', onExit).once('error', reject);
  signal.addEventListener('abort', onAbort, { once: true });
  child.send(order);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    child.off('message', onMessage).off('exit', onExit).off('error', reject);
  }
}

function isReply(value: unknown): value is Reply {
  return Replies.Check(value);
}
