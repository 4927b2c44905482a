import type { Media } from './recognise-media.ts';

const audio = (format: string, extension: string): Media => ({
  kind: 'audio',
  mediaType: `audio/${format}`,
  extension,
});

/** Sound without a container, known by how it begins; its name does not matter. */
export function recogniseSound(head: Buffer): Media | undefined {
  const start = tagBytes(head);
  // A picture in the tag may fill all of the beginning that is seen.
  if (start >= head.length) return start > 0 ? audio('mpeg', 'mp3') : undefined;
  if (head.toString('latin1', start, start + 4) === 'fLaC') return audio('flac', 'flac');
  if (isWave(head)) return audio('wav', 'wav');
  return hasFrames(head, start) ? audio('mpeg', 'mp3') : undefined;
}

/** How long the tag is that players of sound put before it. */
function tagBytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = [6, 7, 8, 9].map((at) => head[at] ?? 0xff);
  if ((head[3] ?? 0xff) > 4 || size.some((byte) => byte > 0x7f)) return 0;
  return 10 + size.reduce((sum, byte) => sum * 128 + byte, 0);
}

/** `RF64` and `BW64` are what recorders write beyond 4 GB. */
function isWave(head: Buffer): boolean {
  if (head.length < 20 || !/^(RIFF|RF64|BW64)$/.test(head.toString('latin1', 0, 4))) return false;
  return head.toString('latin1', 8, 12) === 'WAVE' && /^[\x20-\x7e]{4}$/.test(chunkName(head));
}

const chunkName = (head: Buffer) => head.toString('latin1', 12, 16);

/** What stands between a tag and the first frame, at most. */
const mostPadding = 4_096;
/** Noise looks like the beginning of a frame now and then, and never like some in a row. */
const enoughFrames = 3;

function hasFrames(head: Buffer, start: number): boolean {
  const last = Math.min(head.length - 4, start === 0 ? 0 : start + mostPadding);
  for (let at = start; at <= last; at++) {
    if (countFrames(head, at) >= enoughFrames) return true;
  }
  return false;
}

/** Frames in a row; one that begins beyond what is seen counts. */
function countFrames(head: Buffer, first: number): number {
  let count = 0;
  for (let at = first; count < enoughFrames; count++) {
    if (at + 4 > head.length) return count > 0 ? enoughFrames : 0;
    const bytes = frameBytes(head.readUInt32BE(at));
    if (bytes === undefined) return count;
    at += bytes;
  }
  return count;
}

const rates = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8_000],
};
const kilobits = {
  full: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  half: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** How long a frame of MPEG layer III is, by its header. */
function frameBytes(header: number): number | undefined {
  const version = (header >>> 19) & 3;
  const isLayer3 = ((header >>> 17) & 3) === 1;
  if (header >>> 21 !== 0x7ff || !isLayer3 || !(version === 0 || version === 2 || version === 3)) {
    return undefined;
  }
  const isFull = version === 3;
  const kilobit = kilobits[isFull ? 'full' : 'half'][((header >>> 12) & 15) - 1];
  const rate = rates[version][(header >>> 10) & 3];
  if (kilobit === undefined || rate === undefined) return undefined;
  const padding = (header >>> 9) & 1;
  return Math.floor(((isFull ? 144 : 72) * kilobit * 1_000) / rate) + padding;
}
