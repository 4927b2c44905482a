const packetBytes = 188;
const ticksPerS = 90_000;

/** When the first picture of an MPEG-TS segment is shown, by its own timestamp; undefined where it has none. */
export function readTimestampS(segment: Buffer): number | undefined {
  for (let at = 0; at + packetBytes <= segment.length; at += packetBytes) {
    const begins = ((segment[at + 1] ?? 0) & 0x40) !== 0;
    const adaptation = (segment[at + 3] ?? 0) & 0x20 ? 1 + (segment[at + 4] ?? 0) : 0;
    const start = at + 4 + adaptation;
    if (!begins || segment.readUIntBE(start, 3) !== 1) continue;
    const stream = segment[start + 3] ?? 0;
    const hasTime = ((segment[start + 7] ?? 0) & 0x80) !== 0;
    // Of pictures and of sound; tables begin in another way.
    if (stream < 0xc0 || stream > 0xef || !hasTime) continue;
    return parseTime(segment.subarray(start + 9, start + 14)) / ticksPerS;
  }
  return undefined;
}

/** 33 bits among marks. */
function parseTime(bytes: Buffer): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes;
  return ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
}
