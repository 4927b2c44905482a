import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import { findPlayableVideo, type PlayableVideo } from '@lectern/db/postgres/video-playlists';
import { readMaterial } from '../materials/read-material.ts';
import { notFound, Problem } from '../problems/problem.ts';

/** What can be played of a material, or why there is nothing yet. */
export async function getVideo(
  { postgres }: Pick<Store, 'postgres'>,
  viewer: Viewer,
  materialId: string,
): Promise<PlayableVideo> {
  const video = await findPlayableVideo(postgres, viewer, materialId);
  if (video !== undefined) return video;
  throw await whyNotYet({ postgres }, viewer, materialId);
}

/** Says whether it is worth coming again. */
export async function whyNotYet(
  { postgres }: Pick<Store, 'postgres'>,
  viewer: Viewer,
  materialId: string,
): Promise<Problem> {
  const material = await readMaterial(postgres, viewer, materialId);
  if (material === undefined) return notFound('material');
  if (material.kind !== 'video' && material.kind !== 'audio') return notFound('video');
  const isOpen = material.status === 'queued' || material.status === 'processing';
  return new Problem({
    status: 409,
    code: 'material_not_ready',
    detail: isOpen
      ? 'It is being made ready to be played. The material itself shows how far it is.'
      : 'It could not be made ready to be played; the stages of the material say why.',
    ...(isOpen && { headers: { 'retry-after': '1' } }),
  });
}
