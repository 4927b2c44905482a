import { existsSync } from 'node:fs';
import type { MediaInfo, PictureStream } from '@lectern/db/materials/media-info';
import { drawUpright, fitWithin } from '../media/draw-upright.ts';
import { mediaPictures } from '../media/engines.ts';
import { options } from '../media/options.ts';
import { safeDecoding } from '../media/safe-input.ts';
import type { Waiting } from '../media/waiting.ts';
import { openReading } from '../sandbox/open-reading.ts';

/** Where the beginning, which is often empty, is over. */
const atShare = 0.1;
const latestS = 60;
/** Of so many frames the one is taken that is most like the others: no flash, and none that is empty. */
const frames = 50;

export type Drawn = { readonly name: string; readonly sidePx: number };

type Work = { readonly info: MediaInfo; readonly sizes: readonly Drawn[] };

type Keeping = Waiting & {
  readonly keep: (name: string, file: AsyncIterable<Uint8Array>) => Promise<unknown>;
};

/** Draws a frame that shows what a video is about, in several sizes. False where there is none. */
export async function drawFrames(path: string, work: Work, keeping: Keeping): Promise<boolean> {
  const atS = Math.min(latestS, work.info.durationS * atShare);
  if (await drawFrom(atS, { ...work, path }, keeping)) return true;
  // There is no frame behind, or it is shorter than it says.
  return await drawFrom(0, { ...work, path }, keeping);
}

async function drawFrom(
  atS: number,
  { path, info: { picture }, sizes }: Work & { readonly path: string },
  { keep, ...waiting }: Keeping,
): Promise<boolean> {
  if (picture === undefined) return false;
  const ask = {
    input: [...safeDecoding, ...options(`-threads 2 -ss ${atS.toFixed(3)}`)],
    filter: drawSizes(picture, sizes),
    outputs: sizes.map(({ name }, i) => ({
      name,
      options: options(`-map [drawn${i}] -frames:v 1 -c:v mjpeg -q:v 3 -f image2 -update 1`),
    })),
  };
  await using reading = await openReading(mediaPictures, { source: { path }, ...waiting, ask });
  for await (const _segment of reading.messages);
  if (!sizes.every(({ name }) => existsSync(reading.pathOf(name)))) return false;
  for (const { name } of sizes) await keep(name, reading.read(name));
  return true;
}

function drawSizes(picture: PictureStream, sizes: readonly Drawn[]): string {
  const largest = fitWithin(picture, Math.max(...sizes.map(({ sidePx }) => sidePx)));
  const drawn = [`thumbnail=n=${frames}`, ...drawUpright(picture, largest)].join(',');
  const parts = sizes.map((_, i) => `[part${i}]`).join('');
  const sized = sizes.map(({ sidePx }, i) => {
    const { width, height } = fitWithin(picture, sidePx);
    return `[part${i}]scale=${width}:${height}:flags=bicubic:out_range=pc,setsar=1,format=yuvj420p[drawn${i}]`;
  });
  return [`[0:${picture.index}]${drawn},split=${sizes.length}${parts}`, ...sized].join(';');
}
