import type { NewSegment } from '@lectern/db/postgres/video-pieces';
import { fps } from '../media/frame-rate.ts';
import { software } from '../media/encoders.ts';
import { mediaFirstPiece, mediaPieces } from '../media/engines.ts';
import type { Waiting } from '../media/waiting.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { convertPicture, type PictureWork } from './convert-picture.ts';
import { type Keeping, keepSegment, type MadeSegment, takeFile } from './keep-segment.ts';
import { readTimestampS } from './read-timestamp.ts';
import { atZeroS } from './segment-options.ts';
import { takeSeveral } from './take-several.ts';

export type PieceWork = PictureWork & { readonly number: number; readonly path: string };

/** Makes a piece in all renditions and stores its segments. Gives their rows. */
export async function makePiece(
  work: PieceWork,
  keeping: Keeping,
  waiting: Waiting,
): Promise<NewSegment[]> {
  try {
    return await convert(work, keeping, waiting);
  } catch (error) {
    waiting.signal.throwIfAborted();
    // Where it is damaged it cannot be copied, or not from where it should; what there is can be encoded.
    if (work.plan.renditions.some(({ isCopied }) => isCopied)) {
      return await makePiece(encodeAll(work), keeping, waiting);
    }
    // Hardware may be busy with others, or not take this size.
    if (work.encoder === software) throw error;
    return await makePiece({ ...work, encoder: software }, keeping, waiting);
  }
}

/** A store waits for its disk or its network, not for the processor. */
const atOnce = 4;

function encodeAll({ plan, ...work }: PieceWork): PieceWork {
  const renditions = plan.renditions.map((one) => ({ ...one, isCopied: false }));
  return { ...work, plan: { ...plan, renditions } };
}

async function convert(
  work: PieceWork,
  keeping: Keeping,
  { signal, asker }: Waiting,
): Promise<NewSegment[]> {
  const { path, piece, plan } = work;
  const ask = convertPicture(work);
  const engine = work.isUrgent ? mediaFirstPiece : mediaPieces;
  await using reading = await openReading(engine, { source: { path }, signal, asker, ask });
  const kept: NewSegment[] = [];
  const keeper = takeSeveral(atOnce);
  const counts = plan.renditions.map(() => 0);
  for await (const { output, fileName } of reading.messages) {
    const number = counts[output] ?? 0;
    counts[output] = number + 1;
    const startS = piece.cutsS[number];
    const rendition = plan.renditions[output];
    // What a copy has behind its end.
    if (startS === undefined || rendition === undefined) continue;
    const durationS = (piece.cutsS[number + 1] ?? piece.toS) - startS;
    const { name, isCopied } = rendition;
    const segment: MadeSegment = { rendition: name, piece: work.number, number, startS, durationS };
    await keeper.take(async () => {
      const bytes = await takeFile(reading.pathOf(fileName));
      if (bytes.length === 0) throw new Error(`segment ${number} of piece ${work.number} is empty`);
      if (isCopied) requirePlace(bytes, startS, work);
      kept.push(await keepSegment(bytes, segment, keeping));
    });
  }
  await keeper.end();
  const isShort = counts.some((count) => count < piece.cutsS.length);
  if (isShort) {
    throw new Error(
      `piece ${work.number} has ${counts.join(', ')} of ${piece.cutsS.length} segments`,
    );
  }
  return kept;
}

function requirePlace(bytes: Buffer, startS: number, { plan }: PieceWork): void {
  const foundS = (readTimestampS(bytes) ?? 0) - atZeroS;
  const isThere = Math.abs(foundS - startS) < 0.5 / fps(plan.frameRate);
  if (!isThere) throw new Error(`a copy begins at ${foundS} and not at ${startS}`);
}
