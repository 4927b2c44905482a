import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { PlannedRendition } from '@lectern/db/materials/video-plan';
import { fps } from '../media/frame-rate.ts';
import type { Scan } from '../media/scan-media.ts';
import { codecOf } from './h264-level.ts';
import { cutAtKeys } from './plan-cuts.ts';

/** More than this many times what we would make of it is no gift to those who watch. */
const mostTimesLarger = 3;
const highestLevel = 52;
const fastest = 61;
/** How far sound may go on after the picture. */
const mostOverhangS = 1;

/** Whether the picture could be copied by what its file says; only then is it worth to go through all of it. */
export function mayCopy(info: MediaInfo, largest: PlannedRendition): boolean {
  const { picture, container } = info;
  if (picture === undefined || picture.codec !== 'h264' || picture.isUncuttable) return false;
  const { profile = '', level = 0, pixelFormat, rotation, hdr } = picture;
  if (codecOf(profile, level) === undefined || level > highestLevel || level < 10) return false;
  if (pixelFormat !== 'yuv420p' || picture.bitDepth !== 8 || picture.isFullRange || hdr !== null)
    return false;
  if (rotation !== 0 || !picture.hasSquarePixels || picture.isInterlaced) return false;
  if (fps(picture.frameRate) > fastest) return false;
  if (!/^(mov|matroska)/.test(container)) return false;
  // What is larger than we would make it is worth more.
  const area = (picture.width * picture.height) / (largest.width * largest.height);
  return bitsPerSecond(info) <= largest.peak * Math.max(1, area) * mostTimesLarger;
}

export function bitsPerSecond({ picture, sizeBytes, durationS }: MediaInfo): number {
  return picture?.bitsPerSecond ?? (sizeBytes * 8) / Math.max(1, durationS);
}

/** Where it is cut, if it can be cut often enough and each part is whole in itself. */
export function findCopyCuts(scan: Scan): number[] | undefined {
  if (scan.hasOpenGroups || scan.soundEndS > scan.pictureEndS + mostOverhangS) return undefined;
  return cutAtKeys(scan.keysS, scan.pictureEndS);
}
