import type { MediaInfo, PictureStream } from '@lectern/db/materials/media-info';
import type { VideoPlan } from '@lectern/db/materials/video-plan';
import { outputFrameRate } from '../media/frame-rate.ts';
import type { Scan } from '../media/scan-media.ts';
import { bitsPerSecond, findCopyCuts, mayCopy } from './can-copy.ts';
import { groupCuts, planFirstPiece, type PlannedPiece, planPieces } from './plan-cuts.ts';
import { planRenditions } from './plan-renditions.ts';

export type Planned = {
  readonly plan: VideoPlan;
  /** Those that are known by now; all where the plan is complete. */
  readonly pieces: readonly PlannedPiece[];
};

/** Rounding of what picture and sound say of their ends. */
const overhangS = 0.2;

/** Shorter ones are gone through at once, all of them. */
const shortS = 30;
/** Enough to see whether a picture has been made to be cut. */
const beginningS = 40;

/** How far a file has to be gone through before its first piece can be made, if at all. */
export function needsLook(info: MediaInfo): { readonly untilS?: number } | undefined {
  const { picture, durationS } = info;
  if (picture === undefined) return undefined;
  if (durationS > 0 && durationS < shortS) return {};
  const [largest] = planRenditions(picture, outputFrameRate(picture.frameRate));
  return largest !== undefined && mayCopy(info, largest) ? { untilS: beginningS } : undefined;
}

export type Look = {
  readonly scan: Scan;
  /** It went through all of the file. */
  readonly isWhole: boolean;
};

/** What a recording is made into, as far as it is known. */
export function planVideo(info: MediaInfo, look?: Look): Planned {
  const { picture, container } = info;
  if (picture === undefined) return { plan: soundOnly, pieces: [] };
  const frameRate = outputFrameRate(picture.frameRate);
  const renditions = planRenditions(picture, frameRate);
  const plan: VideoPlan = {
    frameRate: [...frameRate],
    renditions,
    isCopied: false,
    isComplete: false,
    seeksEarly: !container.startsWith('mov'),
  };
  const [largest] = renditions;
  const first: Planned = { plan, pieces: [planFirstPiece(frameRate)] };
  if (look === undefined || largest === undefined) return first;
  const { scan, isWhole } = look;
  const copied = mayCopy(info, largest) ? planCopy({ picture, info, plan, scan }) : undefined;
  if (isWhole) return copied ?? completePlan(plan, scan) ?? first;
  if (copied === undefined) return first;
  const { pictureEndS: _, ...begun } = copied.plan;
  return { plan: { ...begun, isComplete: false }, pieces: copied.pieces.slice(0, 1) };
}

/**
 * All pieces, now that the end is known. Undefined where the picture turns out to be none that can be
 * copied.
 */
export function completePlan(plan: VideoPlan, scan: Scan): Planned | undefined {
  const { pictureEndS, soundEndS } = scan;
  if (plan.renditions.length === 0) return { plan: { ...plan, isComplete: true }, pieces: [] };
  const complete = { ...plan, isComplete: true, pictureEndS };
  if (plan.isCopied) {
    const cuts = findCopyCuts(scan);
    return cuts && { plan: complete, pieces: groupCuts(cuts, pictureEndS) };
  }
  const endS = soundEndS > pictureEndS + overhangS ? soundEndS : pictureEndS;
  return { plan: complete, pieces: planPieces({ keysS: scan.keysS, endS }, plan.frameRate) };
}

const soundOnly: VideoPlan = {
  frameRate: [1, 1],
  renditions: [],
  isCopied: false,
  isComplete: false,
  seeksEarly: false,
};

type Copying = {
  readonly picture: PictureStream;
  readonly info: MediaInfo;
  readonly plan: VideoPlan;
  readonly scan: Scan;
};

/** The same with the picture as it stands in its file as the largest rendition, if it can be cut. */
function planCopy({ picture, info, plan, scan }: Copying): Planned | undefined {
  const { width, height, level = 40, frameRate } = picture;
  const peak = Math.round(bitsPerSecond(info) * 1.5);
  const [, ...smaller] = plan.renditions;
  // What is larger than any that is encoded comes before all of those.
  const isLarger = height > (plan.renditions[0]?.height ?? 0) * 1.05;
  const name = `${Math.min(width, height)}p`;
  const copied = { name, width, height, peak, level, isCopied: true };
  const renditions = [copied, ...(isLarger ? plan.renditions : smaller)];
  return completePlan({ ...plan, frameRate, renditions, isCopied: true }, scan);
}
