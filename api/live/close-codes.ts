/**
 * Why a socket is closed. 44xx: trying again changes nothing; 45xx and 10xx: try again soon. Clients of
 * y-websocket go by these ranges.
 */
export const closeCodes = {
  invalidMessage: 4400,
  loginOver: 4401,
  roleChanged: 4403,
  documentFull: 4413,
  tooMuch: 4429,
  /** The person may stay, with other rights: connect anew. */
  rightsChanged: 4503,
  tooLarge: 1009,
  tryAgain: 1013,
} as const;

/** Whether the server told the client to go, and not the client of itself. */
export function isOurs(code: number): boolean {
  const ours: readonly number[] = Object.values(closeCodes);
  return ours.includes(code);
}
