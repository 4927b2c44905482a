const pattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A day, or a time that says its zone, in the years 1 to 9999, which PostgreSQL reads as well. `Date`
 * alone takes "2026-01-31 junk" for June, and the 30th of February for March.
 */
export function parseInstant(text: string): Date | undefined {
  const day = pattern.exec(text)?.[1];
  const at = new Date(text);
  if (day === undefined || !isReal(day) || Number.isNaN(at.getTime())) return undefined;
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? at : undefined;
}

function isReal(day: string): boolean {
  const at = new Date(day);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
