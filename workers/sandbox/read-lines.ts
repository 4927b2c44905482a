/** Thrown when a child says more than it may. */
export class SaysTooMuch extends Error {
  override readonly name = 'SaysTooMuch';
}

export type Measure = { readonly lineBytes: number; readonly allBytes: number };

/** The lines of a stream. A longer one is an error before it is whole, and so is more than all of it may have. */
export async function* readLines(
  source: AsyncIterable<Buffer>,
  { lineBytes, allBytes }: Measure,
): AsyncGenerator<string, void, void> {
  let parts: Buffer[] = [];
  let length = 0;
  let all = 0;
  for await (const chunk of source) {
    all += chunk.length;
    if (all > allBytes) throw new SaysTooMuch('what was read is too much');
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]).toString();
      parts = [];
      length = 0;
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > lineBytes) throw new SaysTooMuch('one piece of what was read is too large');
  }
}
