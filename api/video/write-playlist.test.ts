import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ivOf, writePlaylist } from './write-playlist.ts';

const segment = (piece: number, number: number, startS: number, durationS = 5) => ({
  piece,
  number,
  startS,
  durationS,
  uri: `${piece}-${number}.ts`,
});

test('a playlist that grows begins at the beginning and has no end', () => {
  const text = writePlaylist({
    segments: [segment(0, 0, 0), segment(0, 1, 5)],
    isWhole: false,
    keyUri: 'key?link=k',
  });
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-START:TIME-OFFSET=0,PRECISE=YES
#EXT-X-KEY:METHOD=AES-128,URI="key?link=k",IV=0x00000000000000000000000000000000
#EXTINF:5.000000,
0-0.ts
#EXT-X-KEY:METHOD=AES-128,URI="key?link=k",IV=0x00000000000000000000000000000001
#EXTINF:5.000000,
0-1.ts
`,
  );
});

test('a playlist that is whole says so, and only ever adds to what it said while it grew', () => {
  const segments = [segment(0, 0, 0), segment(0, 1, 5, 3), segment(1, 0, 8), segment(1, 1, 13, 2)];
  const before = writePlaylist({ segments: segments.slice(0, 2), isWhole: false });
  const after = writePlaylist({ segments, isWhole: true });
  assert.match(after, /#EXT-X-PLAYLIST-TYPE:VOD\n/);
  assert.match(after, /#EXT-X-ENDLIST\n$/);
  assert.ok(!after.includes('#EXT-X-KEY') && !after.includes('#EXT-X-START'));
  assert.ok(after.includes(before.slice(before.indexOf('#EXTINF'))));
});

test('a playlist whose rest will not come ends where it is', () => {
  const text = writePlaylist({ segments: [segment(0, 0, 0)], isWhole: false, isLost: true });
  assert.match(text, /PLAYLIST-TYPE:EVENT[^]*0-0\.ts\n#EXT-X-ENDLIST\n$/);
});

test('each segment is encrypted with the number that ffmpeg gives it', () => {
  assert.equal(ivOf({ piece: 0, number: 7 }).toString('hex'), '7'.padStart(32, '0'));
  assert.equal(ivOf({ piece: 3, number: 2 }).toString('hex'), 'bba'.padStart(32, '0'));
});

test('what a segment lacks is added to its length, so that the sum stays with the timestamps', () => {
  const segments = [segment(0, 0, 0, 3.96), segment(0, 1, 4, 4), segment(1, 0, 20, 4)];
  const text = writePlaylist({ segments, isWhole: true });
  const spans = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, span]) => Number(span));
  assert.deepEqual(spans, [4, 16, 4]);
  assert.match(text, /#EXT-X-TARGETDURATION:16\n/);
  assert.ok(!text.includes('DISCONTINUITY'));
});

test('only where the timestamps go back is there a discontinuity', () => {
  const text = writePlaylist({
    segments: [segment(0, 0, 0), segment(0, 1, 5), segment(1, 0, 0)],
    isWhole: true,
  });
  assert.match(text, /0-1\.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:5\.000000,\n1-0\.ts\n/);
  assert.equal(text.match(/DISCONTINUITY/g)?.length, 1);
});
