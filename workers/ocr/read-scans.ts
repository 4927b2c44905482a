import { readFile, rm } from 'node:fs/promises';
import type { Objects } from '@lectern/db/objects/objects';
import type { Scan } from '@lectern/db/postgres/scans';
import { Cancel } from '@lectern/db/queue/outcomes';
import type { Piece } from '../extract/found.ts';
import { pdfPages } from '../extract/pdf/rendered.ts';
import { type Crew, startCrew } from '../runtime/start-crew.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { gatherPieces, type SeenPiece } from './gather-pieces.ts';
import { leaveOutPrinted } from './leave-out-printed.ts';
import { placeOn, placeWithin } from './number-pieces.ts';
import { decodePgm } from './pgm.ts';
import { prepareGrey } from './prepare-grey.ts';
import { type Loss, readImage } from './read-image.ts';
import { type Looking, readPicture } from './read-picture.ts';
import { PictureFailed } from './reader-pool.ts';

export type Scanned = {
  readonly objects: Pick<Objects, 'read'>;
  /** The document that the pages are of. */
  readonly objectKey: string;
  readonly scans: readonly Scan[];
  /** What stands in letters on the page that is looked at. */
  readonly printedOn: (scan: Scan) => Promise<readonly Piece[]>;
  /** Takes what was read of each, in whatever order they end. */
  readonly keep: (scan: Scan, pieces: readonly SeenPiece[]) => Promise<void>;
  readonly lose: (loss: Loss) => void;
};

/** Reads the pages of a document that have to be looked at, and its pictures, many at a time. */
export async function readScans(scanned: Scanned, looking: Looking): Promise<void> {
  // One more than can be read, so that each reader finds the next page ready.
  const crew = startCrew(looking.readers.size + 1);
  try {
    const pages = scanned.scans.filter((scan) => scan.object_key === null);
    if (pages.length > 0) await readPages(pages, scanned, looking, crew.add);
    for (const scan of scanned.scans) {
      const key = scan.object_key;
      if (key !== null) await crew.add(() => readOne(scan, key, scanned, looking));
    }
  } finally {
    await crew.settled();
  }
  crew.throwIfFailed();
}

/** One that draws has a limited time, in which these are read even where all is slow. */
const pagesPerDrawing = 100;
/** Pages on which the one that draws stops for good, until the document itself is to blame. */
const mostStops = 5;

async function readPages(
  scans: readonly Scan[],
  scanned: Scanned,
  looking: Looking,
  add: Crew['add'],
): Promise<void> {
  let left = scans;
  let stops = 0;
  while (left.length > 0) {
    const batch = left.slice(0, pagesPerDrawing);
    const told = new Set<Scan>();
    try {
      await drawPages(batch, { scanned, looking, add, told });
      left = left.slice(batch.length);
    } catch (error) {
      if (!(error instanceof Cancel) || ++stops > mostStops) throw error;
      const [page, ...rest] = left.filter((scan) => !told.has(scan));
      if (page === undefined) return;
      scanned.lose(lossOf(error, whereOf(page)));
      left = rest;
    }
  }
}

type Drawing = {
  readonly scanned: Scanned;
  readonly looking: Looking;
  readonly add: Crew['add'];
  /** Those that are drawn, or that cannot be. */
  readonly told: Set<Scan>;
};

async function drawPages(
  scans: readonly Scan[],
  { scanned: { objects, objectKey, printedOn, keep, lose }, looking, add, told }: Drawing,
): Promise<void> {
  const byPage = new Map(scans.map((scan) => [scan.place.page ?? 0, scan]));
  const source = await objects.read(objectKey);
  const ask = { pages: [...byPage.keys()], as: 'grey', dpi: 200 };
  await using reading = await openReading(pdfPages, { source, signal: looking.signal, ask });
  for await (const message of reading.messages) {
    const scan = byPage.get(message.page);
    if (scan === undefined) continue;
    told.add(scan);
    if (message.kind === 'loss') {
      lose({ code: message.code, message: message.message });
      continue;
    }
    const path = reading.pathOf(message.fileName);
    const grey = decodePgm(await readFile(path));
    await rm(path, { force: true });
    await add(async () => {
      try {
        const seen = await readPicture(await prepareGrey(grey), looking);
        const unprinted = leaveOutPrinted(seen, await printedOn(scan));
        await keep(scan, placeOn(gatherPieces(unprinted), scan.place));
      } catch (error) {
        lose(lossOf(error, whereOf(scan)));
      }
    });
  }
}

async function readOne(
  scan: Scan,
  key: string,
  { objects, keep, lose }: Scanned,
  looking: Looking,
): Promise<void> {
  try {
    const { pieces } = await readImage(await objects.read(key), looking);
    await keep(scan, placeWithin(pieces, scan.place));
  } catch (error) {
    lose(lossOf(error, whereOf(scan)));
  }
}

/** What is wrong with one page is a loss; anything else ends the run. */
function lossOf(error: unknown, where: string): Loss {
  if (error instanceof PictureFailed || error instanceof Cancel) {
    return { code: error.code, message: `${where}: ${error.message}` };
  }
  throw error;
}

function whereOf({ place, object_key: key }: Scan): string {
  if (key === null) return `Page ${place.page}`;
  if (place.slide !== undefined) return `A picture on slide ${place.slide}`;
  return place.page === undefined ? 'A picture' : `A picture on page ${place.page}`;
}
