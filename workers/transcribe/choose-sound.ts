import type { SoundStream } from '@lectern/db/materials/media-info';
import { codeOfLanguage } from '@lectern/db/materials/language-codes';

/** Whose words count where there are several tracks: what is played at first, or what the course is in. */
export function chooseSound(
  sounds: readonly SoundStream[],
  courseLanguage: string | null,
): SoundStream | undefined {
  const inLanguage = sounds.find(
    ({ language }) => courseLanguage !== null && codeOfLanguage(language) === courseLanguage,
  );
  return sounds.find(({ isDefault }) => isDefault) ?? inLanguage ?? sounds[0];
}
