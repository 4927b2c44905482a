import type { Cue } from '../captions/cue.ts';
import { captionMaterial } from '../jobs/captions.ts';
import { transcribeMaterial } from '../jobs/transcribe.ts';
import { type Author, writeAudit } from './audit.ts';
import { type Captions, findCaptions, listCues, writeTrack } from './captions.ts';
import type { Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import { holdMaterial } from './material-work.ts';
import { forgetSpeechPieces } from './speech-pieces.ts';

export type Edit = {
  readonly materialId: string;
  readonly language: string;
  readonly cues: readonly Cue[];
  /** Whether what is there now is what the author has seen. */
  readonly isSeen: (current: Captions | undefined) => boolean;
};

export type Edited =
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'stale'; readonly captions: Captions | undefined }
  | { readonly outcome: 'same' | 'written'; readonly captions: Captions };

/** Writes what an author made of captions. */
export async function editCaptions(
  tx: Transaction,
  { materialId, language, cues, isSeen }: Edit,
  author: Author,
): Promise<Edited> {
  if ((await holdMaterial(tx, materialId)) === undefined) return { outcome: 'gone' };
  const current = await findCaptions(tx, materialId, language);
  if (!isSeen(current)) return { outcome: 'stale', captions: current };
  const before = current ? await listCues(tx, materialId, language) : undefined;
  if (current !== undefined && JSON.stringify(before) === JSON.stringify(cues)) {
    return { outcome: 'same', captions: current };
  }
  const isFirst = (await findCaptions(tx, materialId)) === undefined;
  const captions = await writeTrack(tx, materialId, {
    language,
    position: current?.position ?? (isFirst ? 0 : 1),
    source: 'edited',
    engine: null,
    beside: current?.beside ?? null,
    is_draft: false,
    cues,
  });
  const searched = await findCaptions(tx, materialId);
  if (searched?.language === language) {
    await enqueue(tx, captionMaterial, { materialId }, metaOf(materialId, author));
  }
  await writeAudit(tx, author, {
    action: 'captions.edit',
    subject: { type: 'material', id: materialId },
    ...(current && { before: { language, version: current.version, cues: before?.length ?? 0 } }),
    after: { language, version: captions.version, cues: cues.length },
  });
  return { outcome: 'written', captions };
}

/** Has captions made anew, in place of what is there, which stays until then. */
export async function renewCaptions(
  tx: Transaction,
  { materialId, from }: { readonly materialId: string; readonly from?: 'speech' },
  author: Author,
): Promise<void> {
  await forgetSpeechPieces(tx, materialId);
  const payload = { materialId, isAnew: true, ...(from && { from }) };
  await enqueue(tx, transcribeMaterial, payload, metaOf(materialId, author));
  await writeAudit(tx, author, {
    action: 'captions.renew',
    subject: { type: 'material', id: materialId },
    after: { from: from ?? 'any' },
  });
}

function metaOf(materialId: string, { userId, requestId }: Author) {
  return {
    subject: materialId,
    ...(userId !== null && { owner: userId }),
    ...(requestId !== null && { requestId }),
  };
}
