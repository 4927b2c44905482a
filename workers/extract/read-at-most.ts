/** The whole stream in memory, or undefined when it is longer than `mostBytes`. */
export async function readAtMost(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    signal.throwIfAborted();
    size += part.length;
    if (size > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
