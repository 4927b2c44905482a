import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { options } from '../media/options.ts';
import { picture, tone } from '../testing/make-media.ts';
import { measureCopying } from './hls/measure-copying.ts';
import { measureProcessor } from './hls/measure-processor.ts';
import { startWatching } from './hls/measure-start.ts';
import { measureWorkers } from './hls/measure-workers.ts';
import { type Goal, reportGoal } from './report-goal.ts';

// Video that is made to be streamed, against one command that a person would type, and against the clock
// of whoever has just uploaded it.

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
const wanted = new Set(process.env['BENCH_PARTS']?.split(',') ?? ['cpu', 'copy', 'two', 'start']);
try {
  const minute = join(folder, 'minute.mp4');
  // Key pictures as rare as most encoders make them, so that all of it is encoded.
  await draw(minute, '-g 250');
  const long = await repeat(minute, 3);
  if (wanted.has('cpu')) {
    const ratio = await measureProcessor(long, folder);
    report('processor time against one command', ratio, { most: 1.08 });
  }
  if (wanted.has('copy')) {
    const often = join(folder, 'often.mp4');
    await draw(often, '-keyint_min 60 -g 60 -sc_threshold 0');
    // What was written before is not to be waited for.
    await run('sync');
    report('copying the largest against encoding it', await measureCopying(often, folder), {
      least: 50,
    });
  }
  if (wanted.has('two')) {
    report(
      'two workers against one',
      await measureWorkers(await readFile(await repeat(minute, 6))),
      {
        least: 1.8,
      },
    );
  }
  if (wanted.has('start')) {
    await using watching = await startWatching();
    // As a house is that runs since this morning.
    await watching.measure(await readFile(minute));
    for (const minutes of [3, 10, 30]) {
      const bytes = await readFile(await repeat(minute, minutes));
      const seconds = (await watching.measure(bytes)) / 1_000;
      report(`seconds from the upload of ${minutes} min until all sizes play`, seconds, {
        most: 5,
      });
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function draw(path: string, keys: string): Promise<void> {
  await run('ffmpeg', [
    ...options('-v error -nostdin -y'),
    ...picture({ seconds: 60, size: '1280x720', rate: '30' }),
    ...tone(60),
    ...options(`-c:v libx264 -preset veryfast -pix_fmt yuv420p -b:v 2500k ${keys}`),
    ...options('-c:a aac -shortest'),
    path,
  ]);
}

async function repeat(path: string, times: number): Promise<string> {
  const longer = path.replace('.mp4', `-${times}.mp4`);
  const args = `-v error -nostdin -y -stream_loop ${times - 1} -i ${path} -c copy ${longer}`;
  await run('ffmpeg', options(args));
  return longer;
}

function report(what: string, value: number, goal: Goal): void {
  reportGoal('hls', { what, value }, goal);
}
