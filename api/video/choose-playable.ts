import type { PlayableRendition } from '@lectern/db/postgres/video-playlists';

/**
 * What a player can begin with. It reads this list once: the picture waits for its sound, and other
 * tracks will have come when somebody chooses them.
 */
export function choosePlayable(
  renditions: readonly PlayableRendition[],
): readonly PlayableRendition[] {
  const sounds = renditions.filter(({ kind }) => kind === 'audio');
  const chosen = sounds.find(({ isDefault }) => isDefault) ?? sounds[0];
  if (chosen?.segments === 0) return [];
  const pictures = renditions.filter(({ kind, segments }) => kind === 'video' && segments > 0);
  const hasPicture = renditions.length > sounds.length;
  return hasPicture && pictures.length === 0 ? [] : [...pictures, ...sounds];
}
