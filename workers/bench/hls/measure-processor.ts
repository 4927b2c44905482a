import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { planRenditions } from '../../hls/plan-renditions.ts';
import { encode, software } from '../../media/encoders.ts';
import { options } from '../../media/options.ts';
import { makeVideo } from '../../testing/make-video.ts';
import { openBenchStore } from './open-bench-store.ts';
import { readProcessorS } from './processor-time.ts';

/** How much more processor time a video takes in pieces, from its row to its last segment, than by one command. */
export async function measureProcessor(path: string, folder: string): Promise<number> {
  const byHand = await timeOf(() => makeByHand(path, folder));
  await using bench = await openBenchStore();
  const bytes = await readFile(path);
  const inPieces = await timeOf(async () => {
    const { run } = await makeVideo(bench.store, bytes);
    if (run.state !== 'done') throw new Error(`the video is ${run.state}`);
  });
  process.stdout.write(
    `hls  ${byHand.toFixed(1)} s by one command, ${inPieces.toFixed(1)} s in pieces\n`,
  );
  return inPieces / byHand;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = await readProcessorS();
  await work();
  // Readers that are not used any more end a moment later.
  await sleep(500);
  return (await readProcessorS()) - before;
}

/** What a person would type, with the same encoder and the same sizes. */
async function makeByHand(path: string, folder: string): Promise<void> {
  const renditions = planRenditions({ width: 1_280, height: 720 }, [30, 1]);
  const parts = renditions.map((_, i) => `[v${i}]`).join('');
  const sized = renditions.map(
    ({ width, height }, i) => `[v${i}]scale=${width}:${height}:flags=bicubic,format=yuv420p[o${i}]`,
  );
  const filter = [`[0:v]split=${renditions.length}${parts}`, ...sized].join(';');
  const outputs = renditions.flatMap((rendition, i) => [
    ...options(`-map [o${i}]`),
    ...encode(software, { ...rendition, rate: [30, 1], threads: 0 }),
    ...options('-force_key_frames expr:gte(t,n_forced*5) -f hls -hls_time 5 -hls_list_size 0'),
    join(folder, `hand-${i}.m3u8`),
  ]);
  const sound = options('-map 0:a -c:a aac -b:a 128k -f hls -hls_time 5 -hls_list_size 0');
  await promisify(execFile)('ffmpeg', [
    ...options('-v error -nostdin -y -i'),
    path,
    '-filter_complex',
    filter,
    ...outputs,
    ...sound,
    join(folder, 'hand-sound.m3u8'),
  ]);
}
