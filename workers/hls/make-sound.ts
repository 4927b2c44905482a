import type { MediaInfo, SoundStream } from '@lectern/db/materials/media-info';
import type { NewSegment } from '@lectern/db/postgres/video-pieces';
import { mediaSound } from '../media/engines.ts';
import { options } from '../media/options.ts';
import { safeDecoding } from '../media/safe-input.ts';
import type { Waiting } from '../media/waiting.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { type Keeping, keepSegment, takeFile } from './keep-segment.ts';
import { atZeroS, listOf, segmentOptions } from './segment-options.ts';

const idealSegmentS = 5;
const leastSegmentS = 4;
const mostSegmentS = 6;
/** What encoders add at the end. */
const overhangS = 0.1;
const sampleRate = 48_000;

/** As many as people choose from; the rest of a file stays in the original. */
export const mostTracks = 16;

export const nameOfTrack = (place: number) => `audio-${place}`;

/** What a track of sound is made into. */
export const planSound = ({ channels }: Pick<SoundStream, 'channels'>) =>
  channels === 1 ? { channels: 1, bits: 96_000 } : { channels: 2, bits: 128_000 };

export type SoundWork = {
  readonly path: string;
  readonly info: Pick<MediaInfo, 'sounds' | 'durationS'>;
  /** Called for each segment as it comes. */
  readonly keep: (segment: NewSegment) => Promise<void>;
};

/** Makes all of the sound in one go, each track for itself, so that no seam is heard. Gives its end. */
export async function makeSound(
  { path, info, keep }: SoundWork,
  keeping: Keeping,
  { signal, asker }: Waiting,
): Promise<number> {
  const tracks = info.sounds.slice(0, mostTracks);
  const everyS = chooseLength(info.durationS);
  const ask = {
    input: safeDecoding,
    outputs: tracks.map((sound, place) => encodeTrack(sound, nameOfTrack(place), everyS)),
  };
  await using reading = await openReading(mediaSound, { source: { path }, signal, asker, ask });
  const counts = tracks.map(() => 0);
  let endS = 0;
  for await (const { output, fileName, startS, endS: end } of reading.messages) {
    const number = counts[output] ?? 0;
    counts[output] = number + 1;
    endS = Math.max(endS, end);
    const segment = {
      rendition: nameOfTrack(output),
      piece: 0,
      number,
      startS,
      durationS: end - startS,
    };
    const bytes = await takeFile(reading.pathOf(fileName));
    await keep(await keepSegment(bytes, segment, keeping));
  }
  return endS;
}

/** All segments as long as each other, so that no splinter is left at the end. */
function chooseLength(durationS: number): number {
  const lengthS = durationS + overhangS;
  const usual = Math.max(1, Math.round(lengthS / idealSegmentS));
  const everyS = lengthS / (lengthS / usual > mostSegmentS ? usual + 1 : usual);
  // Longer than one and shorter than two is cut as it comes.
  return everyS < leastSegmentS ? idealSegmentS : everyS;
}

function encodeTrack(sound: SoundStream, name: string, everyS: number) {
  const { channels, bits } = planSound(sound);
  return {
    ...listOf(name),
    options: [
      ...options(`-map 0:${sound.index} -vn -sn -dn`),
      // Silence where it begins later than the picture, or has holes.
      ...options(`-af aresample=${sampleRate}:async=1:first_pts=0`),
      ...options(`-c:a aac -b:a ${bits} -ac ${channels} -threads 1`),
      ...segmentOptions(name, { everyS, offsetS: atZeroS }),
    ],
  };
}
