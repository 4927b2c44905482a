// Runs only in the sandbox, as those engines of `engines.ts` that make something of a recording.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Static } from 'typebox';
import type { ProgramReading } from '../sandbox/define-engine.ts';
import type { Conversion, Segment } from './conversion.ts';
import { followList } from './follow-list.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/** Somebody may wait for what comes first. */
const soonMs = 25;
const usualMs = 250;

/** Tells of each segment as soon as it is whole; files that are not cut are there at the end. */
export async function* convertFile(
  file: string,
  { folder, programs, ask }: ProgramReading & { readonly ask: Conversion },
): AsyncGenerator<Static<typeof Segment>, void, void> {
  const lists = ask.outputs.flatMap(({ list }, output) =>
    list === undefined ? [] : [followList(folder, { list, output })],
  );
  const work = runFfmpeg(ask, { program: programs['ffmpeg'] ?? 'ffmpeg', file, folder });
  // How it ended is looked at below, after what it has made.
  const ended = work.then(
    () => true,
    () => true,
  );
  for (
    let [isOver, pauseMs] = [false, soonMs];
    !isOver;
    pauseMs = Math.min(usualMs, pauseMs * 1.1)
  ) {
    isOver = await Promise.race([ended, sleep(pauseMs, false)]);
    for (const list of lists) yield* list.next();
  }
  await work;
}
