export type Picture = {
  readonly format: 'png' | 'jpg' | 'gif' | 'bmp' | 'webp' | 'tiff';
  readonly width: number;
  readonly height: number;
};

/** The size that a picture claims, told by its first bytes; none for what is no picture of pixels. */
export function measurePicture(bytes: Buffer): Picture | undefined {
  if (bytes.length < 30) return undefined;
  const head = bytes.toString('latin1', 0, 16);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) {
    return { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (/^GIF8[79]a/.test(head)) {
    return { format: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (head.startsWith('BM')) {
    const [width, height] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
    return { format: 'bmp', width: Math.abs(width), height: Math.abs(height) };
  }
  if (head.startsWith('\xff\xd8\xff')) return measureJpeg(bytes);
  if (/^RIFF....WEBP/s.test(head)) return measureWebp(bytes);
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return measureTiff(bytes);
  return undefined;
}

function measureJpeg(bytes: Buffer): Picture | undefined {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return { format: 'jpg', width, height };
    }
    const isAlone = marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd9);
    at += isAlone ? 1 : 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return undefined;
}

function measureWebp(bytes: Buffer): Picture | undefined {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') {
    const [width, height] = [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
    return { format: 'webp', width, height };
  }
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  const [width, height] = [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  return { format: 'webp', width, height };
}

function measureTiff(bytes: Buffer): Picture | undefined {
  const isLittle = bytes[0] === 0x49;
  const u16 = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const start = u32(4);
  if (start + 2 > bytes.length) return undefined;
  const size = { width: 0, height: 0 };
  for (let i = 0; i < u16(start) && start + 14 + i * 12 <= bytes.length; i++) {
    const at = start + 2 + i * 12;
    const value = u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8);
    if (u16(at) === 256) size.width = value;
    if (u16(at) === 257) size.height = value;
  }
  return size.width > 0 && size.height > 0 ? { format: 'tiff', ...size } : undefined;
}
