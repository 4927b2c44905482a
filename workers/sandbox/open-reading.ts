import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Cancel } from '@lectern/db/queue/outcomes';
import { giveWay } from '../runtime/give-way.ts';
import { processorTurns } from '../runtime/processor-turns.ts';
import type { Turn } from '../runtime/take-turns.ts';
import type { Engine } from './define-engine.ts';
import { explainEnd, explainError, explainFlood } from './explain-end.ts';
import { readLines, SaysTooMuch } from './read-lines.ts';
import { readOutput } from './read-output.ts';
import { prepareChild, takeChild } from './spare-children.ts';
import { watchChild } from './watch-child.ts';

export type Reading<Message> = AsyncDisposable & {
  /** What the engine tells, as it goes on; throws `Cancel` where the file is to blame. */
  readonly messages: AsyncGenerator<Message, void, void>;
  /** Where a file lies that the engine wrote. It is gone when the reading is. */
  pathOf(fileName: string): string;
  /** Such a file's bytes, opened when they are asked for; throws `Cancel` where there is no such file. */
  read(fileName: string): AsyncGenerator<Uint8Array, void, void>;
};

type Source = {
  /** The file's bytes, or where it lies, to be read and not changed. */
  readonly source: AsyncIterable<Uint8Array> | { readonly path: string };
  readonly signal: AbortSignal;
  /** What is wanted of the file; JSON. */
  readonly ask?: unknown;
  /** Who waits for it. Given, only so many are read at a time as there are cores, each asker's in turn. */
  readonly asker?: string | undefined;
};

const longestTurnMs = 10_000;

/** Opens a file of a stranger with an engine, in a child that is used for nothing else. */
export async function openReading<Message>(
  engine: Engine<Message>,
  { source, signal, ask = null, asker }: Source,
): Promise<Reading<Message>> {
  if (asker === undefined) return open(engine, { source, signal, ask });
  const turn = await takeTurn(asker, signal);
  try {
    const reading = await open(engine, { source, signal, ask, isOneOfMany: turn.hasMore() });
    const end = async () => {
      turn.leave();
      await reading[Symbol.asyncDispose]();
    };
    return { ...reading, [Symbol.asyncDispose]: end };
  } catch (error) {
    turn.leave();
    throw error;
  }
}

/** One that goes on for long goes on beside the others. */
async function takeTurn(asker: string, signal: AbortSignal): Promise<Turn> {
  const turn = await processorTurns.enter(asker, { signal });
  const timer = setTimeout(turn.leave, longestTurnMs).unref();
  const leave = () => {
    clearTimeout(timer);
    turn.leave();
  };
  return { ...turn, leave };
}

async function open<Message>(
  engine: Engine<Message>,
  { source, signal, ask = null, isOneOfMany = false }: Source & { readonly isOneOfMany?: boolean },
): Promise<Reading<Message>> {
  const child = await takeChild(engine);
  try {
    // Whoever has many files read at once, or can wait, leaves the processor to whoever has one.
    if (isOneOfMany || engine.isPatient) giveWay(child.pid, engine.isPatient ? 2 : 1);
    const file = 'path' in source ? source.path : join(child.folder, 'in', 'file');
    const folder = join(child.folder, 'out');
    if (!('path' in source)) await pipeline(source, createWriteStream(file), { signal });
    const { module, run } = engine;
    const { programs } = child;
    const begin = () => child.tell(JSON.stringify({ module, run, file, folder, ask, programs }));
    const pathOf = (fileName: string) => join(folder, basename(fileName));
    return {
      messages: listen(engine, { child, signal, begin }),
      pathOf,
      read: (fileName) => readOutput(pathOf(fileName)),
      [Symbol.asyncDispose]: async () => {
        await child.discard();
        if (!isOneOfMany) void prepareChild(engine);
      },
    };
  } catch (error) {
    await child.discard();
    throw error;
  }
}

type Work = {
  readonly child: Awaited<ReturnType<typeof takeChild>>;
  readonly signal: AbortSignal;
  readonly begin: () => void;
};

async function* listen<Message>(
  engine: Engine<Message>,
  { child, signal, begin }: Work,
): AsyncGenerator<Message, void, void> {
  signal.throwIfAborted();
  const watch = watchChild(child);
  signal.addEventListener('abort', child.kill, { once: true });
  const { messageBytes: lineBytes, allBytes } = engine.limits;
  try {
    begin();
    for await (const line of readLines(child.said, { lineBytes, allBytes })) {
      const said = parseWord(line);
      if (said.end === true) return;
      if (said.error !== undefined) throw explainError(said.error, engine.limits);
      if (said.begin === true) continue;
      if (!engine.isMessage(said.found)) throw new Error(`the reader ${engine.name} says nonsense`);
      yield said.found;
      child.tell('+');
    }
    signal.throwIfAborted();
    throw explainEnd(await child.ended(), { excess: watch.excess, limits: engine.limits });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SaysTooMuch) throw explainFlood(error);
    if (error instanceof Cancel || watch.excess === undefined) throw error;
    throw explainEnd(await child.ended(), { excess: watch.excess, limits: engine.limits });
  } finally {
    watch.close();
    signal.removeEventListener('abort', child.kill);
    child.kill();
  }
}

type Word = { begin?: unknown; end?: unknown; found?: unknown; error?: unknown };

function parseWord(line: string): Word {
  const word: unknown = JSON.parse(line);
  return typeof word === 'object' && word !== null ? word : {};
}
