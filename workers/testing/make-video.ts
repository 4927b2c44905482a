import { execFile } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { probeMaterial } from '@lectern/db/jobs/probe';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { listRunsOfSubject, type RunView } from '@lectern/db/postgres/runs';
import { listVideoPieces } from '@lectern/db/postgres/video-pieces';
import { startRelay } from '@lectern/db/queue/relay';
import { runWorkers } from '../runtime/run-workers.ts';
import { addMaterial, type AddedMaterial } from './add-material.ts';
import { registry as videoWorkers } from './video-registry.ts';

/** A minute of video on a busy machine; only a hang takes longer. */
const limitMs = 4 * 60_000;

/** Probes a recording and makes it stream, as the relay and the workers do; until that has ended, well or not. */
export async function makeVideo(
  store: Store,
  bytes: Buffer,
  kind: 'video' | 'audio' = 'video',
): Promise<AddedMaterial & { readonly run: RunView }> {
  const material = await addMaterial(store, { bytes, mediaType: `${kind}/mp4`, kind });
  const run = await streamMaterial(store, material);
  return { ...material, run };
}

export async function streamMaterial(
  store: Store,
  { id, ownerId }: AddedMaterial,
): Promise<RunView> {
  const relay = startRelay(store);
  const registry = import.meta.resolve('./video-registry.ts');
  const workers = runWorkers(store, videoWorkers, { registry });
  try {
    const after = await store.postgres
      .transaction()
      .execute((tx) =>
        enqueue(tx, probeMaterial, { materialId: id }, { subject: id, owner: ownerId }),
      );
    store.queues.wakeRelay();
    return await awaitEnd(store, { id, after });
  } finally {
    await workers.close();
    await relay.close();
  }
}

/** Looks seldom: what it takes is measured as well. */
async function awaitEnd(
  { postgres }: Pick<Store, 'postgres'>,
  { id, after }: { readonly id: string; readonly after: string },
): Promise<RunView> {
  const giveUpAt = Date.now() + limitMs;
  while (Date.now() < giveUpAt) {
    const runs = await listRunsOfSubject(postgres, id);
    const ended = runs.filter(
      ({ id: runId, state }) => runId >= after && ['done', 'failed', 'cancelled'].includes(state),
    );
    const found =
      ended.findLast(({ job }) => job === 'material.hls') ??
      ended.find(({ job, state }) => job === 'material.probe' && state !== 'done');
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`the video was not made within ${limitMs} ms`);
}

/** A rendition as players see it: all segments in their order, decrypted, as one file. */
export async function joinRendition(
  store: Pick<Store, 'postgres' | 'objects'>,
  materialId: string,
  name: string,
): Promise<AsyncDisposable & { readonly path: string; readonly segments: readonly SegmentRow[] }> {
  const { key } = await store.postgres
    .selectFrom('videos')
    .select('key')
    .where('material_id', '=', materialId)
    .executeTakeFirstOrThrow();
  const segments = await listSegmentRows(store, materialId, name);
  const plain: Buffer[] = [];
  for (const { object_key: objectKey, piece, number } of segments) {
    const vector = Buffer.alloc(16);
    vector.writeUInt32BE(piece * 1_000 + number, 12);
    const decipher = createDecipheriv('aes-128-cbc', key ?? Buffer.alloc(16), vector);
    const sealed = await buffer(await store.objects.read(objectKey));
    plain.push(decipher.update(sealed), decipher.final());
  }
  const folder = await mkdtemp(join(tmpdir(), 'lectern-video-'));
  const path = join(folder, `${name}.ts`);
  await writeFile(path, Buffer.concat(plain));
  return {
    path,
    segments,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

type SegmentRow = {
  readonly piece: number;
  readonly number: number;
  readonly start_s: number;
  readonly duration_s: number;
  readonly object_key: string;
};

function listSegmentRows({ postgres }: Pick<Store, 'postgres'>, id: string, name: string) {
  return postgres
    .selectFrom('video_segments')
    .select(['piece', 'number', 'start_s', 'duration_s', 'object_key'])
    .where('material_id', '=', id)
    .where('rendition', '=', name)
    .orderBy('piece')
    .orderBy('number')
    .execute();
}

export function listRenditionRows({ postgres }: Pick<Store, 'postgres'>, id: string) {
  return postgres
    .selectFrom('video_renditions')
    .selectAll()
    .where('material_id', '=', id)
    .orderBy('kind', 'desc')
    .orderBy('position')
    .execute();
}

export const listPieces = ({ postgres }: Pick<Store, 'postgres'>, id: string) =>
  listVideoPieces(postgres, id);

export type Frame = { readonly atS: number; readonly isKey: boolean };

/** The packets of a file in the order in which they are shown. */
export async function listFrames(path: string): Promise<Frame[]> {
  const { packets = [] } = await ask(path, '-show_entries', 'packet=pts_time,flags');
  return packets
    .map(({ pts_time: atS, flags }) => ({ atS: Number(atS), isKey: String(flags).startsWith('K') }))
    .toSorted((a, b) => a.atS - b.atS);
}

/** What ffprobe says of a file's first stream. */
export async function describeStream(path: string): Promise<Record<string, unknown>> {
  const { streams = [] } = await ask(path, '-show_streams');
  return streams[0] ?? {};
}

type Told = Partial<Record<'packets' | 'streams', Record<string, unknown>[]>>;

async function ask(path: string, ...args: readonly string[]): Promise<Told> {
  const words = ['-v', 'error', ...args, '-of', 'json', path];
  const { stdout } = await promisify(execFile)('ffprobe', words, { maxBuffer: 64 * 1024 * 1024 });
  const told: Told = JSON.parse(stdout);
  return told;
}
