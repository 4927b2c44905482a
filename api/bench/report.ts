/** One line per figure, with its goal; a missed goal is the bench's exit code. */
export function report(
  what: string,
  { value, sign, goal }: { value: number; sign: '≥' | '≤'; goal: number },
): void {
  const isMet = sign === '≥' ? value >= goal : value <= goal;
  say(`${what}: ${value.toFixed(2)} (goal ${sign} ${goal}) ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet) process.exitCode = 1;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
