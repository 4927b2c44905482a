import { fps, type FrameRate } from '../media/frame-rate.ts';

/** A part of a video that is made by itself; times are seconds of the whole. */
export type PlannedPiece = {
  readonly fromS: number;
  readonly toS: number;
  /** Where its segments begin, the first at its own beginning. */
  readonly cutsS: readonly number[];
};

/** So short that it can be watched at once. */
const firstPieceS = 4;
const leastSegmentS = 4;
const mostSegmentS = 6;
const idealSegmentS = 5;

/** How long pieces are to be: what comes next is there before what is there has been watched. */
const firstLengthsS = [8, 16];
const fullPieceS = 60;
/** Of a short video all who are free get some of it, and end at about the same time. */
const enoughPieces = 20;
const shortPieceS = 15;
/** A piece may be so much shorter or longer than that, to begin where nothing before it has to be decoded. */
const leewayShare = 0.3;
/** Without places to begin at, longer pieces, since each decodes all that is before it. */
const longestPieceS = 600;
const shortestPieceS = 4;

const lengthOf = (number: number, endS: number) =>
  firstLengthsS[number - 1] ?? Math.min(fullPieceS, Math.max(shortPieceS, endS / enoughPieces));

/** The first piece of a video that is encoded anew, as long as nobody knows where that ends. */
export function planFirstPiece(rate: FrameRate): PlannedPiece {
  return cutEvenly(0, toFrame(firstPieceS, rate), rate);
}

/** All pieces of a video, the first as above. */
export function planPieces(
  { keysS, endS }: { readonly keysS: readonly number[]; readonly endS: number },
  rate: FrameRate,
): PlannedPiece[] {
  const pieces: PlannedPiece[] = [];
  const lastS = Math.max(toFrame(endS, rate), 1 / fps(rate));
  const firstS = Math.min(toFrame(firstPieceS, rate), lastS);
  pieces.push(cutEvenly(0, firstS, rate));
  let fromS = firstS;
  while (fromS < lastS - 0.5 / fps(rate)) {
    const lengthS = lengthOf(pieces.length, endS);
    const toS = lastS - fromS < lengthS + shortestPieceS ? lastS : chooseEnd();
    pieces.push(cutEvenly(fromS, toS, rate));
    fromS = toS;

    function chooseEnd(): number {
      const ideal = fromS + lengthS;
      const [before, after] = keysAround(keysS, ideal);
      const near = ideal - before < after - ideal ? before : after;
      const nearS = toFrame(near, rate);
      const isNear = Math.abs(near - ideal) <= lengthS * leewayShare && isCuttable(nearS - fromS);
      const isUsual = pieces.length > firstLengthsS.length;
      const farS = isUsual ? Math.min(after, fromS + longestPieceS) : ideal;
      const chosenS = isNear ? nearS : toFrame(farS, rate);
      return lastS - chosenS < shortestPieceS ? lastS : chosenS;
    }
  }
  return pieces;
}

/**
 * Segments of a picture that is copied begin where it can be cut. Undefined where that is not often
 * enough.
 */
export function cutAtKeys(keysS: readonly number[], endS: number): number[] | undefined {
  const [first] = keysS;
  if (first === undefined || first > 0.1) return undefined;
  const cuts = [first];
  for (const [at, key] of keysS.entries()) {
    const lengthS = key - (cuts.at(-1) ?? 0);
    const next = keysS[at + 1] ?? endS;
    // Whichever comes closer to what is ideal, as long as the next is not too far.
    if (lengthS < leastSegmentS - 0.01) continue;
    if (lengthS > mostSegmentS + 0.05) return undefined;
    if (next - (cuts.at(-1) ?? 0) <= idealSegmentS) continue;
    cuts.push(key);
  }
  const lastS = endS - (cuts.at(-1) ?? 0);
  if (lastS > mostSegmentS + 0.05) return undefined;
  return cuts;
}

/** Pieces of a picture of which a rendition is copied. */
export function groupCuts(cutsS: readonly number[], endS: number): PlannedPiece[] {
  const pieces: PlannedPiece[] = [];
  let cuts: number[] = [];
  const end = (toS: number) => {
    pieces.push({ fromS: cuts[0] ?? 0, toS, cutsS: cuts });
    cuts = [];
  };
  for (const cut of cutsS) {
    const lengthS = pieces.length === 0 ? 0 : lengthOf(pieces.length, endS);
    if (cuts.length > 0 && cut - (cuts[0] ?? 0) >= lengthS) end(cut);
    cuts.push(cut);
  }
  end(endS);
  return pieces;
}

function cutEvenly(fromS: number, toS: number, rate: FrameRate): PlannedPiece {
  const lengthS = toS - fromS;
  if (lengthS > mostSegmentS && !isCuttable(lengthS)) {
    return { fromS, toS, cutsS: [fromS, toFrame(fromS + leastSegmentS, rate)] };
  }
  const count = countSegments(lengthS);
  const cutsS = Array.from({ length: count }, (_, number) =>
    toFrame(fromS + (lengthS * number) / count, rate),
  );
  return { fromS, toS, cutsS };
}

/** Whether it can be divided into segments none of which is too short; otherwise the last one is. */
function isCuttable(lengthS: number): boolean {
  return lengthS / countSegments(lengthS) > leastSegmentS - 1e-3;
}

function countSegments(lengthS: number): number {
  const count = Math.max(1, Math.round(lengthS / idealSegmentS));
  return lengthS / count > mostSegmentS + 1e-6 ? count + 1 : count;
}

/** The time of the frame that is shown then or comes next. */
function toFrame(timeS: number, rate: FrameRate): number {
  const [frames, seconds] = rate;
  return (Math.max(0, Math.ceil((timeS * frames) / seconds - 1e-3)) * seconds) / frames;
}

/** The last before a time, and the first from it on. */
function keysAround(sorted: readonly number[], timeS: number): [number, number] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < timeS) low = middle + 1;
    else high = middle;
  }
  return [sorted[low - 1] ?? Number.NEGATIVE_INFINITY, sorted[low] ?? Number.POSITIVE_INFINITY];
}
