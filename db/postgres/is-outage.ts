/** SQLSTATEs with which a server that stops, starts or is full refuses; class 08 is the connection. */
const outageStates = new Set(['57P01', '57P02', '57P03', '53300', '25P03', '57P05']);
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
const driverMessages =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

/** A socket's error on the way to the database; the same code elsewhere is another server's matter. */
class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/** Whether the database was away, rather than the statement wrong: to wait for, not to count. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (error instanceof DatabaseAway || outageStates.has(code) || code.startsWith('08')) return true;
  return driverMessages.test(error.message) || isOutage(error.cause);
}

/** For what only the database's driver throws: gives socket errors the name of their server. */
export function nameOutage(error: unknown): never {
  if (error instanceof Error && socketCodes.has(codeOf(error))) {
    throw new DatabaseAway(`cannot reach the database: ${error.message}`, { cause: error });
  }
  throw error;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
