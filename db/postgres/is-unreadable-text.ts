/** What PostgreSQL says of text it cannot keep: bytes that are no character, a NUL in JSON. */
const textStates = new Set(['22021', '22P05']);

/** Whether a value was refused as text, which is the fault of whoever sent it. */
export function isUnreadableText(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && textStates.has(error.code);
}
