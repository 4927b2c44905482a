import { setTimeout as sleep } from 'node:timers/promises';
import { openFolderObjects } from '@lectern/db/objects/folder-objects';
import { makePiece } from '../../hls/make-piece.ts';
import { planVideo } from '../../hls/plan-video.ts';
import { software } from '../../media/encoders.ts';
import { probeMedia } from '../../media/probe-media.ts';
import { scanMedia } from '../../media/scan-media.ts';

const { signal } = new AbortController();

/** How many times faster the largest rendition of a minute is copied than encoded, segments and all. */
export async function measureCopying(path: string, folder: string): Promise<number> {
  const info = await probeMedia(path, { signal });
  const { plan } = planVideo(info, {
    scan: await scanMedia(path, info, { signal }),
    isWhole: true,
  });
  const { picture, startS } = info;
  const [largest] = plan.renditions;
  if (picture === undefined || largest?.isCopied !== true) throw new Error('it cannot be copied');
  const objects = openFolderObjects(`${folder}/objects`);
  const cutsS = Array.from({ length: 15 }, (_, i) => i * 4);
  const make = async (isCopied: boolean) => {
    // As a worker is that has had a moment: a reader is prepared.
    await sleep(1_000);
    const startedAt = performance.now();
    await makePiece(
      {
        picture,
        startS,
        path,
        plan: { ...plan, renditions: [{ ...largest, isCopied }] },
        piece: { fromS: 0, toS: 60, cutsS },
        number: 1,
        isUrgent: false,
        encoder: software,
        threads: 1,
      },
      { objects, folder: `bench/${String(isCopied)}`, key: Buffer.alloc(16) },
      { signal },
    );
    return (performance.now() - startedAt) / 1_000;
  };
  await make(true);
  const copied = [await make(true), await make(true), await make(true)].toSorted((a, b) => a - b);
  const encoded = await make(false);
  const [, middle = Number.NaN] = copied;
  process.stdout.write(`hls  ${middle.toFixed(2)} s copied, ${encoded.toFixed(1)} s encoded\n`);
  return encoded / middle;
}
