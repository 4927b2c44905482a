/** Lines as one, with a space for what stood between them. Not by an expression: some try each space. */
export function joinLines(text: string): string {
  const lines = text.split('\n');
  const last = lines.length - 1;
  const joined = lines.map((line, i) => {
    const begun = i > 0 ? line.trimStart() : line;
    return i < last ? begun.trimEnd() : begun;
  });
  return joined.filter((line, i) => line !== '' || i === 0 || i === last).join(' ');
}
