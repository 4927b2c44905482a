import type { PictureStream } from '@lectern/db/materials/media-info';
import type { PlannedRendition, VideoPlan } from '@lectern/db/materials/video-plan';
import type { Conversion, Output } from '../media/conversion.ts';
import { drawUpright } from '../media/draw-upright.ts';
import { type Encoder, encode, prepareFor } from '../media/encoders.ts';
import { fps } from '../media/frame-rate.ts';
import { options } from '../media/options.ts';
import { safeDecoding } from '../media/safe-input.ts';
import type { PlannedPiece } from './plan-cuts.ts';
import { atZeroS, listOf, segmentOptions } from './segment-options.ts';

export type PictureWork = {
  readonly picture: PictureStream;
  /** The timestamp with which its file begins. */
  readonly startS: number;
  readonly plan: VideoPlan;
  readonly piece: PlannedPiece;
  readonly encoder: Encoder;
  /** 0 for as many as there are cores. */
  readonly threads: number;
  /** It is the first, for which somebody may wait. */
  readonly isUrgent: boolean;
};

/** How ffmpeg makes a piece of a picture in all its renditions at once. */
export function convertPicture(work: PictureWork): Conversion {
  const { plan, threads, encoder } = work;
  const encoded = plan.renditions.filter(({ isCopied }) => !isCopied);
  const outputs = plan.renditions.map((rendition) =>
    rendition.isCopied ? copy(rendition, work) : encodeTo(rendition, work),
  );
  return {
    input: [
      ...safeDecoding,
      // What cannot be decoded is left out, however much it is.
      ...options('-max_error_rate 1'),
      ...encoder.deviceOptions,
      ...options(`-threads ${threads} -filter_complex_threads ${threads}`),
      // To the file's own times: else ffmpeg counts from its beginning, also with -copyts.
      ...options(`-copyts -noaccurate_seek -seek_timestamp 1 -ss ${seekTo(work)}`),
    ],
    ...(encoded.length > 0 && { filter: drawRenditions(encoded, work) }),
    outputs,
  };
}

/** Just behind the key picture that a piece begins with, so that it is not missed by a rounding. */
function seekTo({ startS, piece, plan }: PictureWork): string {
  const behindS = plan.seeksEarly ? 0.14 : 0.001;
  return Math.max(0, startS + piece.fromS + behindS).toFixed(6);
}

function drawRenditions(renditions: readonly PlannedRendition[], work: PictureWork): string {
  const { picture, encoder } = work;
  const [largest] = renditions;
  if (largest === undefined) throw new Error('there is nothing to draw');
  const drawn = [...timeFrames(work), ...drawUpright(picture, largest)].join(',');
  const parts = renditions.map((_, i) => `[part${i}]`).join('');
  const sized = renditions.map(({ width, height }, i) => {
    const scale = i === 0 ? 'null' : `scale=${width}:${height}:flags=bicubic`;
    const last = ['setsar=1', 'format=yuv420p', ...prepareFor(encoder)].join(',');
    return `[part${i}]${scale},${last}[sized${i}]`;
  });
  return [`[0:${picture.index}]${drawn},split=${renditions.length}${parts}`, ...sized].join(';');
}

/** Frames of the piece and no others, with times of the whole video. */
function timeFrames({ startS, plan, piece }: PictureWork): string[] {
  const { fromS, toS } = piece;
  const [frames, seconds] = plan.frameRate;
  const zero = [`setpts=PTS-(${startS})/TB`];
  const marked = ['settb=1/90000'];
  if (plan.isCopied) {
    const halfS = 0.5 / fps(plan.frameRate);
    // As they come, because one rendition has them so.
    return [...zero, `trim=start=${fromS - halfS}:end=${toS - halfS}`, ...marked];
  }
  const rate = `fps=fps=${frames}/${seconds}`;
  const count = Math.round((toS - fromS) * fps(plan.frameRate));
  const endS = plan.pictureEndS;
  // Where sound goes on, or a picture is damaged, the last that there was stays.
  const isPadded = endS !== undefined && toS > endS - 1 / fps(plan.frameRate);
  return [
    ...zero,
    ...(isPadded ? [rate, 'tpad=stop_mode=clone:stop=-1'] : []),
    `${rate}:start_time=${fromS}`,
    `trim=end_frame=${count}`,
    ...marked,
  ];
}

function encodeTo(rendition: PlannedRendition, work: PictureWork): Output {
  const { plan, piece, encoder, threads, isUrgent } = work;
  const place = plan.renditions.filter(({ isCopied }) => !isCopied).indexOf(rendition);
  const keys = piece.cutsS.map((atS) => atS.toFixed(6)).join(',');
  return {
    ...listOf(rendition.name),
    options: [
      ...options(`-map [sized${place}] -fps_mode passthrough -enc_time_base 1:90000`),
      ...encode(encoder, { ...rendition, threads, isUrgent, rate: plan.frameRate }),
      ...options(`-force_key_frames ${keys}`),
      ...segmentOptions(rendition.name, { times: timesOf(work), offsetS: atZeroS }),
    ],
  };
}

function copy(rendition: PlannedRendition, work: PictureWork): Output {
  const { picture, startS, piece } = work;
  const { name } = rendition;
  return {
    ...listOf(name),
    options: [
      // Some more than it needs: what comes after its last segment is left out.
      ...options(`-map 0:${picture.index} -c copy -t ${(startS + piece.toS + 1).toFixed(6)}`),
      ...segmentOptions(name, {
        times: [...timesOf(work, startS), (piece.toS + startS - halfFrame(work)).toFixed(6)],
        offsetS: atZeroS - startS,
      }),
    ],
  };
}

const halfFrame = ({ plan }: PictureWork) => 0.5 / fps(plan.frameRate);

/** Between two frames, so that no rounding puts a segment's first into the one before. */
function timesOf(work: PictureWork, startS = 0): string[] {
  return work.piece.cutsS.slice(1).map((atS) => (atS + startS - halfFrame(work)).toFixed(6));
}
