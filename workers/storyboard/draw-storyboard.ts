import type { PictureStream } from '@lectern/db/materials/media-info';
import { drawUpright } from '../media/draw-upright.ts';
import { mediaPictures } from '../media/engines.ts';
import { options } from '../media/options.ts';
import { safeDecoding } from '../media/safe-input.ts';
import type { Waiting } from '../media/waiting.ts';
import { openReading } from '../sandbox/open-reading.ts';
import type { PlannedStoryboard } from './plan-storyboard.ts';

/** Of longer ones only the pictures are decoded that need no other: a minute of work in place of an hour. */
const wholeUpToS = 300;

export type Board = {
  readonly path: string;
  readonly picture: PictureStream;
  readonly durationS: number;
  readonly planned: PlannedStoryboard;
};

type Bytes = AsyncIterable<Uint8Array>;

/** Draws the sheets of a storyboard, one after another. */
export async function drawStoryboard(
  { path, picture, durationS, planned }: Board,
  { keep, ...waiting }: Waiting & { keep: (sheet: number, file: Bytes) => Promise<unknown> },
): Promise<void> {
  const { width, height, columns, rows, everyS, count } = planned;
  const sheets = Math.ceil(count / (columns * rows));
  const filter = [
    // One that is shorter than a step is shown, too.
    `fps=fps=1/${everyS}:start_time=0:round=down:eof_action=pass`,
    // The last one stays where a picture ends before its sound.
    'tpad=stop_mode=clone:stop=-1',
    `trim=end_frame=${count}`,
    ...drawUpright(picture, { width, height }),
    'setsar=1',
    `tile=${columns}x${rows}`,
    'scale=out_range=pc',
    'format=yuvj420p',
  ].join(',');
  const ask = {
    input: [
      ...safeDecoding,
      ...options('-threads 1 -max_error_rate 1'),
      ...options(durationS > wholeUpToS ? '-skip_frame nokey' : ''),
    ],
    filter: `[0:${picture.index}]${filter}[sheets]`,
    outputs: [
      {
        name: 'sheet-%d.jpg',
        options: options(
          `-map [sheets] -frames:v ${sheets} -fps_mode passthrough -c:v mjpeg -q:v 5 -start_number 0 -f image2`,
        ),
      },
    ],
  };
  await using reading = await openReading(mediaPictures, { source: { path }, ...waiting, ask });
  for await (const _segment of reading.messages);
  for (let sheet = 0; sheet < sheets; sheet++) {
    await keep(sheet, reading.read(`sheet-${sheet}.jpg`));
  }
}
