import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
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

/** Draws a frame that shows what a video is about, in several sizes. */
export async function drawFrames(
  path: string,
  { info, sizes }: { readonly info: MediaInfo; readonly sizes: readonly Drawn[] },
  { keep, ...waiting }: Waiting & { keep: (name: string, file: Readable) => Promise<unknown> },
): Promise<void> {
  const { picture, durationS } = info;
  if (picture === undefined) return;
  const atS = Math.min(latestS, durationS * atShare);
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
  for (const { name } of sizes) await keep(name, createReadStream(reading.pathOf(name)));
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
