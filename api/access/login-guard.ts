import { createHash } from 'node:crypto';
import type { Config } from '@lectern/db/config';
import type { Limits, Patience } from '@lectern/db/limits/limits';
import { addressKey, tooManyRequests, waitSeconds } from '../plugins/rate-limits.ts';
import { Problem } from '../problems/problem.ts';
import { normalizeEmail } from './email.ts';

export type Login = { readonly email: string; readonly ip: string };

/** Slows down who guesses passwords, and hardly those who know theirs. */
export type LoginGuard = {
  /** Counts a request to log in, to register or for a mail, whatever comes of it. */
  countAddress(ip: string): Promise<void>;
  /** Before the password is looked at: throws while one has to wait. */
  begin(login: Login): Promise<void>;
  /** After the right password. */
  succeed(login: Login): Promise<void>;
};

export type LoginGuardOptions = {
  readonly limits: Limits;
  readonly config: Pick<Config, 'loginRateLimit'>;
};

const secondMs = 1_000;
const forgetMs = 3_600_000;

/** Somebody at one place who guesses one person's password. */
const pairPatience: Patience = {
  free: 10,
  firstDelayMs: secondMs,
  maxDelayMs: 15 * 60 * secondMs,
  forgetMs,
};
/** Somebody who tries many people from one place, which may be the door of a whole school. */
const addressPatience: Patience = {
  free: 300,
  firstDelayMs: secondMs,
  maxDelayMs: 60 * secondMs,
  forgetMs,
};
/** Many places that guess one person's password. Short, because it makes the person wait as well. */
const emailPatience: Patience = {
  free: 50,
  firstDelayMs: secondMs,
  maxDelayMs: 30 * secondMs,
  forgetMs,
};

export function makeLoginGuard({ limits, config }: LoginGuardOptions): LoginGuard {
  const { loginRateLimit } = config;
  return {
    async countAddress(ip) {
      if (loginRateLimit === undefined) return;
      const { isAllowed, resetMs } = await limits.take(`login:${addressKey(ip)}`, loginRateLimit);
      if (!isAllowed) throw tooManyRequests(resetMs);
    },
    async begin(login) {
      const { pair, address, email } = keysOf(login);
      // The email comes last: who must wait at the others cannot take the turn of its owner.
      const guards = [
        { key: pair, patience: pairPatience },
        { key: address, patience: addressPatience },
        { key: email, patience: emailPatience },
      ];
      const counted: string[] = [];
      for (const { key, patience } of guards) {
        const { isAllowed, waitMs } = await limits.attempt(key, patience);
        if (!isAllowed) {
          await Promise.all(counted.map((other) => limits.giveBack(other)));
          throw loginDelayed(waitMs);
        }
        counted.push(key);
      }
    },
    async succeed(login) {
      const { pair, address, email } = keysOf(login);
      // An own account must not wash the address of guesses at others: only this attempt goes.
      await Promise.all([limits.forgive(pair), limits.giveBack(address), limits.forgive(email)]);
    },
  };
}

function keysOf({ email, ip }: Login): { pair: string; address: string; email: string } {
  const person = hashEmail(email);
  const address = addressKey(ip);
  return {
    pair: `login-pair:${person}:${address}`,
    address: `login-address:${address}`,
    email: `login-email:${person}`,
  };
}

/** However it is written it is one person. Keys may be seen by who looks after Redis. */
function hashEmail(email: string): string {
  return createHash('sha256').update(normalizeEmail(email)).digest('hex').slice(0, 32);
}

function loginDelayed(waitMs: number): Problem {
  const seconds = waitSeconds(waitMs);
  return new Problem({
    status: 429,
    code: 'login_delayed',
    detail: `There were too many failed logins, so the password was not looked at. Try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  });
}
