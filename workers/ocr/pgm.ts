/** A picture in shades of grey, one byte a pixel, row by row. */
export type Grey = {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
};

/** The picture as a binary PGM, which costs nothing to write and nothing to read. */
export function encodePgm({ width, height, pixels }: Grey): Uint8Array {
  const head = Buffer.from(`P5\n${width} ${height}\n255\n`);
  const bytes = new Uint8Array(head.length + pixels.length);
  bytes.set(head);
  bytes.set(pixels, head.length);
  return bytes;
}

const longestHead = 40;

export function decodePgm(bytes: Uint8Array): Grey {
  const head = Buffer.from(bytes.subarray(0, longestHead)).toString('latin1');
  const [whole, width, height] = /^P5\s(\d{1,6})\s(\d{1,6})\s255\s/.exec(head) ?? [];
  if (whole === undefined) throw new Error('cannot read a PGM that does not begin like one');
  const grey = { width: Number(width), height: Number(height) };
  const pixels = bytes.subarray(whole.length, whole.length + grey.width * grey.height);
  if (pixels.length === 0 || pixels.length < grey.width * grey.height) {
    throw new Error(`cannot read a PGM of ${width} × ${height} that has ${pixels.length} pixels`);
  }
  return { ...grey, pixels };
}
