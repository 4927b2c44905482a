import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** What OWASP asks of argon2id at least; kept in each hash, so that it can be raised later. */
const current = { memory: 19_456, passes: 2, parallelism: 1 } as const;

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

/** A text in the PHC form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, current);
  const { memory, passes, parallelism } = current;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`;
}

/** Takes the same time for an account that does not exist: pass undefined for its hash. */
export async function isPasswordOf(stored: string | undefined, password: string): Promise<boolean> {
  const { salt, hash, cost } = parse(stored ?? nobody);
  const derived = await derive(password, salt, cost);
  return timingSafeEqual(derived, hash) && stored !== undefined;
}

const nobody = `$argon2id$v=19$m=${current.memory},t=${current.passes},p=${current.parallelism}$${encode(randomBytes(16))}$${encode(randomBytes(32))}`;

const phcPattern =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z\d+/]{22,})\$([A-Za-z\d+/]{43})$/;

function parse(stored: string): { salt: Buffer; hash: Buffer; cost: Cost } {
  const match = phcPattern.exec(stored);
  if (match === null) throw new Error('a stored password hash is not in the form we write');
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), cost };
}

/** Runs on libuv's threads, not on the event loop. */
function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same password typed on two keyboards may be two byte sequences.
  const message = Buffer.from(password.normalize('NFKC'));
  argon2('argon2id', { message, nonce, tagLength: 32, ...cost }, (error, hash) =>
    error ? reject(error) : resolve(hash),
  );
  return promise;
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
