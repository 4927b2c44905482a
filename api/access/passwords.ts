import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Argon2Cost } from '@lectern/db/settings';
import { Problem } from '../problems/problem.ts';

/** A text in the PHC form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string, cost: Argon2Cost): Promise<string> {
  const salt = randomBytes(16);
  return write(cost, salt, await derive(password, salt, cost));
}

/** Takes the same time for an account that does not exist: pass undefined for its hash. */
export async function isPasswordOf(
  stored: string | undefined,
  password: string,
  cost: Argon2Cost,
): Promise<boolean> {
  const kept = parse(stored ?? write(cost, randomBytes(16), randomBytes(32)));
  const isOld = stored !== undefined && isOutdated(stored, cost);
  const [derived] = await Promise.all([
    derive(password, kept.salt, kept.cost),
    // A cheaper hash of former times would tell that there is an account.
    isOld && derive(password, kept.salt, cost),
  ]);
  return timingSafeEqual(derived, kept.hash) && stored !== undefined;
}

/** Whether the hash was made with another cost than is asked for now. */
export function isOutdated(stored: string, cost: Argon2Cost): boolean {
  return !stored.startsWith(prefixOf(cost));
}

const phcPattern =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z\d+/]{22,})\$([A-Za-z\d+/]{43})$/;

function parse(stored: string): { salt: Buffer; hash: Buffer; cost: Argon2Cost } {
  const match = phcPattern.exec(stored);
  if (match === null) throw new Error('a stored password hash is not in the form we write');
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), cost };
}

function write(cost: Argon2Cost, salt: Buffer, hash: Buffer): string {
  return `${prefixOf(cost)}${encode(salt)}$${encode(hash)}`;
}

function prefixOf({ memory, passes, parallelism }: Argon2Cost): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`;
}

/**
 * Each hash takes a thread for as long as the cost says, and files are read on the same threads: only
 * some at a time, so that a crowd that logs in does not stop everything else.
 */
const mostAtOnce = 2;
const mostWaiting = 500;
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, nonce: Buffer, cost: Argon2Cost): Promise<Buffer> {
  if (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting) throw busy();
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
  } else running++;
  try {
    return await deriveNow(password, nonce, cost);
  } finally {
    // The turn goes on to who waits, or is free.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

/** Runs on libuv's threads, not on the event loop. */
function deriveNow(password: string, nonce: Buffer, cost: Argon2Cost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same password typed on two keyboards may be two byte sequences.
  const message = Buffer.from(password.normalize('NFKC'));
  argon2('argon2id', { message, nonce, tagLength: 32, ...cost }, (error, hash) =>
    error ? reject(error) : resolve(hash),
  );
  return promise;
}

function busy(): Problem {
  return new Problem({
    status: 503,
    code: 'busy',
    detail: 'Very many people are logging in just now. Try again in some seconds.',
    headers: { 'retry-after': '5' },
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
