import type { Media } from './recognise-media.ts';

const media = (kind: 'audio' | 'video', format: string, extension: string): Media => ({
  kind,
  mediaType: `${kind}/${format}`,
  extension,
});

/**
 * Containers of pictures that move and of sound, known by how they begin. Which of the two one holds may
 * stand at its end: that is found when it is probed, and until then its name tells.
 */
export function recogniseContainer(head: Buffer, fileName: string): Media | undefined {
  return (
    recogniseBoxes(head, fileName) ??
    recogniseMatroska(head, fileName) ??
    recogniseOgg(head) ??
    (isAvi(head) ? media('video', 'x-msvideo', 'avi') : undefined)
  );
}

/** MP4 and its relatives: boxes, each with a length and a name. */
function recogniseBoxes(head: Buffer, fileName: string): Media | undefined {
  if (head.length < 16) return undefined;
  const length = head.readUInt32BE(0);
  const name = head.toString('latin1', 4, 8);
  if (name !== 'ftyp') return isOldMovie(head) ? media('video', 'quicktime', 'mov') : undefined;
  if (length < 16 || length > 4_096) return undefined;
  const brands = brandsOf(head.subarray(0, length));
  const [major = ''] = brands;
  // Still pictures are kept in the same boxes.
  if (/^(heic|heix|heim|heis|hevc|mif1|msf1|avif|avis|crx |jp2 |jpx |jpm )$/.test(major)) {
    return undefined;
  }
  if (major === 'qt  ') return media('video', 'quicktime', 'mov');
  const isSound = /^(M4A |M4B |M4P |F4A |F4B )$/.test(major) || /\.m4[ab]$/i.test(fileName);
  return isSound ? media('audio', 'mp4', 'm4a') : media('video', 'mp4', 'mp4');
}

/** The main one, then, after its version, those that it is compatible with. */
function brandsOf(box: Buffer): string[] {
  const brands: string[] = [];
  for (let at = 8; at + 4 <= box.length; at += at === 8 ? 8 : 4) {
    brands.push(box.toString('latin1', at, at + 4));
  }
  return brands;
}

/** Before there were brands a movie began with any of its boxes; the next has to follow it. */
function isOldMovie(head: Buffer): boolean {
  let at = 0;
  for (let boxes = 0; boxes < 8; boxes++) {
    if (at + 8 > head.length) return boxes > 0;
    const name = head.toString('latin1', at + 4, at + 8);
    if (name === 'moov')
      return /^(mvhd|cmov|trak)$/.test(head.toString('latin1', at + 12, at + 16));
    if (!/^(wide|mdat|free|skip|pnot)$/.test(name)) return false;
    const length = head.readUInt32BE(at);
    // What goes on to the end, or tells its length after its name.
    if (name === 'mdat' && length < 8) return boxes > 0 || length === 1;
    if (length < 8) return false;
    at += length;
  }
  return false;
}

const matroskaMark = Buffer.from('1a45dfa3', 'hex');
const docTypeMark = Buffer.from('4282', 'hex');

function recogniseMatroska(head: Buffer, fileName: string): Media | undefined {
  if (!head.subarray(0, 4).equals(matroskaMark)) return undefined;
  const at = head.subarray(0, 128).indexOf(docTypeMark);
  if (at < 0) return undefined;
  const length = (head[at + 2] ?? 0) & 0x7f;
  const type = head.toString('latin1', at + 3, at + 3 + length).replace(/\0+$/, '');
  const kind = /\.(mka|weba)$/i.test(fileName) ? 'audio' : 'video';
  if (type === 'webm') return media(kind, 'webm', 'webm');
  return type === 'matroska' ? media(kind, 'x-matroska', 'mkv') : undefined;
}

/** Its first page says what the first stream is. */
function recogniseOgg(head: Buffer): Media | undefined {
  if (head.length < 36 || head.toString('latin1', 0, 5) !== 'OggS\0') return undefined;
  const first = head.toString('latin1', 27 + (head[26] ?? 0), 35 + (head[26] ?? 0));
  const begins = (mark: string) => first.startsWith(mark);
  const isVideo = begins('\x80theora') || (begins('fishead') && head.includes('theora'));
  if (isVideo) return media('video', 'ogg', 'ogv');
  const isSound = ['\x01vorbis', 'OpusHead', 'Speex', '\x7fFLAC', 'fishead'].some(begins);
  return isSound ? media('audio', 'ogg', 'ogg') : undefined;
}

function isAvi(head: Buffer): boolean {
  if (head.length < 16 || head.toString('latin1', 0, 4) !== 'RIFF') return false;
  return /^AVI[ X]LIST/.test(head.toString('latin1', 8, 16));
}
