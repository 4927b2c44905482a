export type CutFrame = { readonly bytes: Buffer; readonly isLast: boolean };

/** A stream in pieces of one size; the last one, which is always there, may be shorter and even empty. */
export async function* cutFrames(
  source: AsyncIterable<Uint8Array>,
  frameBytes: number,
): AsyncGenerator<CutFrame, void, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (length + rest.length > frameBytes) {
      const taken = rest.subarray(0, frameBytes - length);
      yield { bytes: Buffer.concat([...parts, taken]), isLast: false };
      rest = rest.subarray(taken.length);
      [parts, length] = [[], 0];
    }
    if (rest.length > 0) parts.push(rest);
    length += rest.length;
  }
  yield { bytes: Buffer.concat(parts), isLast: true };
}
