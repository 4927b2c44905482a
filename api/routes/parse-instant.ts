const pattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A day, or a time that says its zone. `Date` alone reads "junk" as June, and 30 February as March. */
export function parseInstant(text: string): Date | undefined {
  const day = pattern.exec(text)?.[1];
  if (day === undefined || !isReal(day) || Number.isNaN(Date.parse(text))) return undefined;
  return new Date(text);
}

function isReal(day: string): boolean {
  const at = new Date(day);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
