import type { VideoPiece } from '@lectern/db/postgres/video-pieces';
import type { PlannedPiece } from './plan-cuts.ts';

export function toPlanned({ from_s: fromS, to_s: toS, cuts: cutsS }: VideoPiece): PlannedPiece {
  return { fromS, toS, cutsS };
}
