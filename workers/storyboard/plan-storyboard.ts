import type { PictureStream } from '@lectern/db/materials/media-info';
import { fitWithin } from '../media/draw-upright.ts';

/** The longer side of a picture. */
const sidePx = 160;
const columns = 10;
const rows = 10;
/** So that a hover over a short video shows more than a few, and a day of lectures does not fill the disk. */
const idealPictures = 100;
const leastEveryS = 1;
const usualEveryS = 10;
const mostPictures = 2_000;

export type PlannedStoryboard = {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly everyS: number;
  readonly count: number;
};

export function planStoryboard(
  picture: Pick<PictureStream, 'width' | 'height'>,
  durationS: number,
): PlannedStoryboard {
  const wanted = Math.min(usualEveryS, Math.max(leastEveryS, Math.ceil(durationS / idealPictures)));
  const everyS = Math.max(wanted, Math.ceil(durationS / mostPictures));
  const count = Math.max(1, Math.ceil(durationS / everyS - 0.05));
  const size = fitWithin(picture, sidePx);
  return { ...size, columns, rows: Math.min(rows, Math.ceil(count / columns)), everyS, count };
}
