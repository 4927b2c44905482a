import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** What one reading may cost. What goes beyond is ended, and its owner is told which it was. */
export type Limits = {
  readonly memoryMb: number;
  readonly cpuSeconds: number;
  readonly deadlineMs: number;
  /** Of what the engine tells: how large one message and all of them may be. */
  readonly messageBytes: number;
  readonly allBytes: number;
  /** Of the files that it writes, all together. */
  readonly outputBytes: number;
};

/**
 * A reader of files that others made. It is named by its module, because only a disposable child ever
 * loads it.
 */
export type Engine<Message = unknown> = {
  readonly name: string;
  /** URL of the module, and the name of the generator that it exports. */
  readonly module: string;
  readonly run: string;
  /** Whether it needs native code, such as a canvas. Without it less can go wrong. */
  readonly isNative: boolean;
  /** Programs of the system that it starts, by name. They are given as paths, and die with it. */
  readonly programs: readonly string[];
  /** Nobody waits for it at once: it leaves the processor to those for whom somebody does. */
  readonly isPatient: boolean;
  readonly limits: Limits;
  /** Whether a message is what the engine says it tells; a child is not believed. */
  isMessage(value: unknown): value is Message;
};

/** What the generator of an engine that starts programs is given, beside the file. */
export type ProgramReading = {
  /** Where it may write; nowhere else. */
  readonly folder: string;
  /** Where they lie, by name. */
  readonly programs: Readonly<Record<string, string>>;
};

const defaultLimits: Limits = {
  memoryMb: 1_024,
  cpuSeconds: 5 * 60,
  deadlineMs: 15 * 60_000,
  messageBytes: 16 * 1024 * 1024,
  allBytes: 512 * 1024 * 1024,
  outputBytes: 2 * 1024 * 1024 * 1024,
};

export function defineEngine<Shape extends TSchema>(engine: {
  readonly name: string;
  readonly module: string;
  readonly run: string;
  readonly shape: Shape;
  readonly isNative?: boolean;
  readonly programs?: readonly string[];
  readonly isPatient?: boolean;
  readonly limits?: Partial<Limits>;
}): Engine<Static<Shape>> {
  const compiled = Compile(engine.shape);
  return {
    name: engine.name,
    module: engine.module,
    run: engine.run,
    isNative: engine.isNative ?? false,
    programs: engine.programs ?? [],
    isPatient: engine.isPatient ?? false,
    limits: { ...defaultLimits, ...engine.limits },
    isMessage: (value): value is Static<Shape> => compiled.Check(value),
  };
}
