import type { Readable } from 'node:stream';

/** The beginning of a stream, and all of it. */
export async function splitHead(
  source: Readable,
  headBytes: number,
): Promise<{ readonly head: Buffer; readonly whole: AsyncIterable<Buffer> }> {
  const chunks: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  let isOver = false;
  while (length < headBytes && !isOver) {
    const { value, done } = await chunks.next();
    isOver = done === true;
    if (Buffer.isBuffer(value)) {
      first.push(value);
      length += value.length;
    }
  }
  async function* joined(): AsyncGenerator<Buffer, void, void> {
    yield* first;
    while (!isOver) {
      const { value, done } = await chunks.next();
      isOver = done === true;
      if (Buffer.isBuffer(value)) yield value;
    }
  }
  return { head: Buffer.concat(first).subarray(0, headBytes), whole: joined() };
}
