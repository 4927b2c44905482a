import { canonicalTag } from '@lectern/db/materials/language-codes';
import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { VideoPlan } from '@lectern/db/materials/video-plan';
import type { NewRendition } from '@lectern/db/postgres/video-rounds';
import { fps } from '../media/frame-rate.ts';
import { codecOf } from './h264-level.ts';
import { mostTracks, nameOfTrack, planSound } from './make-sound.ts';

/** A segment may go so far beyond what is asked of the encoder, and is packed as well. */
const spare = 1.35;
/** What a lecture takes of that; it has a quiet picture. */
const usual = 0.6;
const packing = 1.1;

/** The renditions of a round, as playlists tell them. */
export function describeRenditions(
  info: MediaInfo,
  { plan, round }: { readonly plan: VideoPlan; readonly round: number },
): NewRendition[] {
  return [...describePictures(info, plan, round), ...describeSounds(info, round)];
}

function describePictures(info: MediaInfo, plan: VideoPlan, round: number): NewRendition[] {
  const { profile = 'High' } = info.picture ?? {};
  return plan.renditions.map(({ name, width, height, peak, level, isCopied }, position) => ({
    round,
    name,
    kind: 'video',
    position,
    codecs: codecOf(isCopied ? profile : 'High', level) ?? 'avc1.640028',
    width,
    height,
    frame_rate: fps(plan.frameRate),
    bandwidth: Math.ceil(peak * spare),
    average_bandwidth: Math.ceil(peak * usual),
    language: null,
    title: null,
    is_default: false,
  }));
}

function describeSounds({ sounds }: MediaInfo, round: number): NewRendition[] {
  const tracks = sounds.slice(0, mostTracks);
  const marked = tracks.findIndex(({ isDefault }) => isDefault);
  return tracks.map((sound, position) => {
    const { bits } = planSound(sound);
    return {
      round,
      name: nameOfTrack(position),
      kind: 'audio',
      position,
      codecs: 'mp4a.40.2',
      width: null,
      height: null,
      frame_rate: null,
      bandwidth: Math.ceil(bits * packing * spare),
      average_bandwidth: Math.ceil(bits * packing),
      language: canonicalTag(sound.language) ?? null,
      title: sound.title ?? null,
      is_default: position === Math.max(0, marked),
    };
  });
}
