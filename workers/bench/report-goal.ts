export type Goal = { readonly least?: number; readonly most?: number };

/** Says what was measured beside what it should be; a goal that is missed fails the bench `name`. */
export function reportGoal(
  name: string,
  measured: { readonly what: string; readonly value: number },
  { least = -Infinity, most = Infinity }: Goal,
): void {
  const { what, value } = measured;
  const isMet = value >= least && value <= most;
  const goal = Number.isFinite(least) ? `≥ ${least}` : `≤ ${most}`;
  const verdict = isMet ? 'met' : 'MISSED';
  process.stdout.write(`${name}  ${what}: ${value.toFixed(2)} (goal ${goal}) ${verdict}\n`);
  if (!isMet) process.exitCode = 1;
}
