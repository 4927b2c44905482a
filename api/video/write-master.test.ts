import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameCaptions, nameLanguage, tagOf } from './name-language.ts';
import { type MasterRendition, writeMaster } from './write-master.ts';

const picture = (name: string, more: Partial<MasterRendition> = {}): MasterRendition => ({
  name,
  kind: 'video',
  codecs: 'avc1.64001f',
  width: 1280,
  height: 720,
  frameRate: 30_000 / 1_001,
  language: null,
  title: null,
  isDefault: false,
  peak: 3_000_000,
  average: 2_000_000,
  uri: `1/${name}.m3u8`,
  ...more,
});
const sound = (name: string, more: Partial<MasterRendition> = {}): MasterRendition =>
  picture(name, {
    kind: 'audio',
    codecs: 'mp4a.40.2',
    width: null,
    height: null,
    frameRate: null,
    peak: 130_000,
    average: 128_000,
    ...more,
  });

test('each quality says what it needs with its sound, and names its languages', () => {
  const text = writeMaster({
    renditions: [
      picture('720p'),
      picture('360p', { width: 640, height: 360, peak: 800_000, average: 600_000 }),
      sound('audio-0', { language: 'eng', title: 'The "Lecture"\nitself' }),
      sound('audio-1', { language: 'ru', isDefault: true, peak: 190_000 }),
      sound('audio-2', { language: 'ru' }),
      sound('audio-3', { language: 'und' }),
    ],
    captions: [{ language: 'en', name: 'English (rough draft)', uri: '1/captions/en.m3u8' }],
  });
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="The 'Lecture' itself",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,URI="1/audio-0.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Русский",LANGUAGE="ru",DEFAULT=YES,AUTOSELECT=YES,URI="1/audio-1.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Русский 2",LANGUAGE="ru",DEFAULT=NO,AUTOSELECT=YES,URI="1/audio-2.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=NO,AUTOSELECT=YES,URI="1/audio-3.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English (rough draft)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="1/captions/en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=3190000,AVERAGE-BANDWIDTH=2128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="sound",SUBTITLES="captions",CLOSED-CAPTIONS=NONE
1/720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=990000,AVERAGE-BANDWIDTH=728000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="sound",SUBTITLES="captions",CLOSED-CAPTIONS=NONE
1/360p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="sound",SUBTITLES="captions",CLOSED-CAPTIONS=NONE
1/audio-1.m3u8
`,
  );
});

test('a silent video has no sound to choose, and sound without a picture no size', () => {
  const silent = writeMaster({ renditions: [picture('720p')], captions: [] });
  assert.ok(!silent.includes('EXT-X-MEDIA') && !silent.includes('AUDIO='));
  assert.match(silent, /BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.64001f",RES/);
  const heard = writeMaster({ renditions: [sound('audio-0')], captions: [] });
  assert.equal(
    heard.split('\n').slice(3).join('\n'),
    `#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",CLOSED-CAPTIONS=NONE
1/audio-0.m3u8
`,
  );
});

test('languages are written as the web writes them, and named in themselves', () => {
  assert.deepEqual(['eng', 'ru', 'pt-br', 'und', 'English', '', null].map(tagOf), [
    'en',
    'ru',
    'pt-BR',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(nameLanguage('deu'), 'Deutsch');
  assert.equal(nameLanguage('qaa'), undefined);
  assert.equal(nameCaptions('en', true), 'English (rough draft)');
  assert.equal(nameCaptions('und', false), 'Captions');
});

test('captions of the same name are told apart, and a tag that is none names no language', () => {
  const captions = ['en', 'en-US', 'en-12'].map((language) => ({
    language,
    name: 'English',
    uri: `${language}.m3u8`,
  }));
  const text = writeMaster({ renditions: [picture('720p')], captions });
  assert.deepEqual(
    [...text.matchAll(/NAME="([^"]+)"(?:,LANGUAGE="([^"]+)")?/g)].map(([, ...said]) => said),
    [
      ['English', 'en'],
      ['English 2', 'en-US'],
      ['English 3', undefined],
    ],
  );
});
