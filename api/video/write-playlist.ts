import type { PlayableSegment } from '@lectern/db/postgres/video-playlists';

export type PlaylistSegment = PlayableSegment & { readonly uri: string };

export type Playlist = {
  readonly segments: readonly PlaylistSegment[];
  readonly isWhole: boolean;
  /** What is missing will not come: players need not wait for it. */
  readonly isLost?: boolean;
  /** Where the key of AES-128 is; undefined where nothing is encrypted. */
  readonly keyUri?: string | undefined;
};

/** Segments are cut to at most this; a playlist that grows must not change what it said. */
const plannedTargetS = 6;

/** The playlist of a rendition (RFC 8216): it grows while the video is made, and ends when it is whole. */
export function writePlaylist({ segments, isWhole, isLost = false, keyUri }: Playlist): string {
  const spans = segments.map((segment, i) => spanOf(segment, segments[i + 1]));
  const target = Math.max(plannedTargetS, ...spans.map(Math.round));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${isWhole ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  // Else players begin a playlist that grows at its end, as they do with live television.
  if (!isWhole) lines.push('#EXT-X-START:TIME-OFFSET=0,PRECISE=YES');
  for (const [i, segment] of segments.entries()) {
    if (goesBack(segments[i - 1], segment)) lines.push('#EXT-X-DISCONTINUITY');
    if (keyUri !== undefined) {
      lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="${keyUri}",IV=0x${ivOf(segment).toString('hex')}`);
    }
    lines.push(`#EXTINF:${(spans[i] ?? 0).toFixed(6)},`, segment.uri);
  }
  if (isWhole || isLost) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** Sixteen bytes that no other segment of the rendition is encrypted with. */
export function ivOf({ piece, number }: Pick<PlayableSegment, 'piece' | 'number'>): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(piece * segmentsPerPiece + number, 12);
  return iv;
}

const segmentsPerPiece = 1_000;

/** Until the next one begins, so that the sum stays with the timestamps whatever is missing in between. */
function spanOf(segment: PlayableSegment, next: PlayableSegment | undefined): number {
  if (next === undefined || goesBack(segment, next)) return segment.durationS;
  return next.startS - segment.startS;
}

/** All renditions are on one timeline, and go on over their pieces; only a break of it is to be said. */
function goesBack(before: PlayableSegment | undefined, segment: PlayableSegment): boolean {
  return before !== undefined && segment.startS <= before.startS;
}
