/** Why a call failed, fit for a log: the address of a call holds the token, and so may its error. */
export function explainFailure(error: unknown, token: string): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text
    .replaceAll(token, '[token]')
    .replaceAll(encodeURIComponent(token), '[token]')
    .replace(/\/bot[^/\s]+/g, '/bot[token]');
}
