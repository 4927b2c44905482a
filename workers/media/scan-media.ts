import type { MediaInfo } from '@lectern/db/materials/media-info';
import { openReading } from '../sandbox/open-reading.ts';
import { mediaLook, mediaScan } from './engines.ts';
import type { Waiting } from './waiting.ts';

/** What a recording really is, whatever its beginning says; times count from its start. */
export type Scan = {
  readonly keysS: readonly number[];
  readonly pictureEndS: number;
  readonly soundEndS: number;
  readonly hasOpenGroups: boolean;
  /** The longest time without a key picture. */
  readonly longestGapS: number;
};

/** Goes through all of a recording's packets, without decoding any. */
export function scanMedia(path: string, info: MediaInfo, waiting: Waiting): Promise<Scan> {
  return scan(mediaScan, { path, info, waiting });
}

/** The same at once, for a recording as short as this or the beginning of a longer one. */
export function lookAtBeginning(
  path: string,
  { info, untilS }: { readonly info: MediaInfo; readonly untilS?: number },
  waiting: Waiting,
): Promise<Scan> {
  return scan(mediaLook, { path, info, waiting, ...(untilS !== undefined && { untilS }) });
}

type Scanning = {
  readonly path: string;
  readonly info: MediaInfo;
  readonly untilS?: number;
  readonly waiting: Waiting;
};

async function scan(
  engine: typeof mediaScan,
  { path, info, untilS, waiting }: Scanning,
): Promise<Scan> {
  const { picture, sounds, startS } = info;
  const ask = {
    picture: picture?.index ?? null,
    sounds: sounds.map(({ index }) => index),
    ...(untilS !== undefined && { untilS }),
  };
  await using reading = await openReading(engine, { source: { path }, ...waiting, ask });
  const keysS: number[] = [];
  for await (const told of reading.messages) {
    if (told.kind === 'keys') keysS.push(...told.atS.map((atS) => atS - startS));
    else {
      const { hasOpenGroups, longestGapS } = told;
      const ends = [told.pictureEndS, told.soundEndS].map((endS) => Math.max(0, endS - startS));
      const [pictureEndS = 0, soundEndS = 0] = ends;
      return { keysS, pictureEndS, soundEndS, hasOpenGroups, longestGapS };
    }
  }
  throw new Error('ffprobe went through no packets');
}
