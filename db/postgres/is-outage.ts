/** SQLSTATEs with which a server that stops, starts or is full refuses; class 08 is the connection. */
const outageStates = new Set(['57P01', '57P02', '57P03', '53300', '25P03', '57P05']);
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
const driverMessages =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

/** Whether the database was away, rather than the statement wrong: to wait for, not to count. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (outageStates.has(code) || code.startsWith('08') || socketCodes.has(code)) return true;
  return driverMessages.test(error.message) || isOutage(error.cause);
}
