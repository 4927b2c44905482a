import type { PlayableRendition } from '@lectern/db/postgres/video-playlists';
import { nameLanguage, tagOf } from './name-language.ts';

export type MasterRendition = Omit<PlayableRendition, 'isWhole' | 'segments'> & {
  readonly uri: string;
};

export type MasterCaptions = {
  readonly language: string;
  readonly name: string;
  readonly uri: string;
};

export type Master = {
  readonly renditions: readonly MasterRendition[];
  readonly captions: readonly MasterCaptions[];
};

/** The playlist that a player begins with (RFC 8216): each quality, each track of sound, each language. */
export function writeMaster({ renditions, captions }: Master): string {
  const pictures = renditions.filter(({ kind }) => kind === 'video');
  const sounds = renditions.filter(({ kind }) => kind === 'audio');
  // Where there is one track and no picture, it need not be chosen.
  const groups = pictures.length > 0 || sounds.length > 1 ? sounds : [];
  const chosen = sounds.find(({ isDefault }) => isDefault) ?? sounds[0];
  const shared: Attributes = {
    ...(groups.length > 0 && { AUDIO: quote(soundGroup) }),
    ...(captions.length > 0 && { SUBTITLES: quote(captionsGroup) }),
    'CLOSED-CAPTIONS': 'NONE',
  };
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...nameSounds(groups, chosen),
    ...nameCaptionsApart(captions).map(writeCaptions),
    ...pictures.flatMap((picture) => writeVariant(picture, sounds, shared)),
    // By itself too, for connections that carry no picture.
    ...(chosen === undefined ? [] : writeVariant({ ...chosen, ...loudest(sounds) }, [], shared)),
    '',
  ].join('\n');
}

const soundGroup = 'sound';
const captionsGroup = 'captions';

type Attributes = Readonly<Record<string, string>>;

function writeVariant(
  rendition: MasterRendition,
  sounds: readonly MasterRendition[],
  shared: Attributes,
): string[] {
  const { width, height, frameRate, codecs, uri } = rendition;
  const sound = loudest(sounds);
  const attributes = {
    BANDWIDTH: String(rendition.peak + sound.peak),
    'AVERAGE-BANDWIDTH': String(rendition.average + sound.average),
    CODECS: quote([...new Set([codecs, ...sounds.map((one) => one.codecs)])].join(',')),
    ...(width !== null && height !== null && { RESOLUTION: `${width}x${height}` }),
    ...(frameRate !== null && { 'FRAME-RATE': frameRate.toFixed(3) }),
    ...shared,
  };
  return [`#EXT-X-STREAM-INF:${join(attributes)}`, uri];
}

/** What a player that plays any of them needs. */
function loudest(sounds: readonly MasterRendition[]) {
  const most = (of: 'peak' | 'average') => Math.max(0, ...sounds.map((one) => one[of]));
  return { peak: most('peak'), average: most('average') };
}

/** Names are told apart: a player shows them to choose from. */
function nameSounds(
  sounds: readonly MasterRendition[],
  chosen: MasterRendition | undefined,
): string[] {
  const names = tellApart(
    sounds.map(({ title, language }) => title ?? nameLanguage(language) ?? 'Sound'),
  );
  return sounds.map((sound, i) => {
    return writeMedia({
      TYPE: 'AUDIO',
      'GROUP-ID': quote(soundGroup),
      NAME: quote(names[i] ?? ''),
      ...languageOf(sound.language),
      DEFAULT: sound === chosen ? 'YES' : 'NO',
      AUTOSELECT: 'YES',
      URI: quote(sound.uri),
    });
  });
}

function nameCaptionsApart(captions: readonly MasterCaptions[]): MasterCaptions[] {
  const names = tellApart(captions.map(({ name }) => name));
  return captions.map((one, i) => ({ ...one, name: names[i] ?? one.name }));
}

function tellApart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((wanted) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`;
    taken.add(name);
    return name;
  });
}

function writeCaptions({ language, name, uri }: MasterCaptions): string {
  return writeMedia({
    TYPE: 'SUBTITLES',
    'GROUP-ID': quote(captionsGroup),
    NAME: quote(name),
    ...languageOf(language),
    DEFAULT: 'NO',
    AUTOSELECT: 'YES',
    FORCED: 'NO',
    URI: quote(uri),
  });
}

function writeMedia(attributes: Attributes): string {
  return `#EXT-X-MEDIA:${join(attributes)}`;
}

function languageOf(language: string | null): Attributes {
  const tag = tagOf(language);
  return tag === undefined ? {} : { LANGUAGE: quote(tag) };
}

function join(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** A quoted string holds neither quotes nor line ends. */
function quote(text: string): string {
  return `"${text.replaceAll('"', "'").replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}"`;
}
