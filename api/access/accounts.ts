import type { Store } from '@lectern/db/open';
import { type Author, writeAudit } from '@lectern/db/postgres/audit';
import type { Transaction } from '@lectern/db/postgres/connect';
import { type SessionSecrets, startSession } from '@lectern/db/postgres/sessions';
import type { Locale } from '@lectern/db/postgres/tables';
import {
  findPasswordHash,
  findUser,
  findUserForLogin,
  insertUser,
  lockUser,
  markEmailVerified,
  setPasswordHash,
  type User,
} from '@lectern/db/postgres/users';
import type { FastifyRequest } from 'fastify';
import { invalidRequest, Problem } from '../problems/problem.ts';
import { accept } from './accept-invitation.ts';
import { authorOf } from './author.ts';
import { isEmail, normalizeEmail } from './email.ts';
import type { LoginGuard } from './login-guard.ts';
import { askToVerify } from './mailbox.ts';
import { hashPassword, isOutdated, isPasswordOf } from './passwords.ts';

export type AccountForm = {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** The secret of a link in a mail that invites to a course. */
  readonly invitation?: string | undefined;
};

export type Login = { readonly user: User; readonly secrets: SessionSecrets };

type Parts = Pick<Store, 'postgres' | 'config'> & { readonly guard: LoginGuard };

/** Makes an account and logs it in, all at once or not at all. */
export async function makeAccount(
  { postgres, config, guard }: Parts,
  request: FastifyRequest,
  form: AccountForm,
): Promise<Login> {
  await guard.countAddress(request.ip);
  const email = readEmail(form.email);
  const passwordHash = await hashPassword(form.password, config.passwordCost);
  const name = form.name.normalize('NFC').trim();
  const login = await postgres.transaction().execute(async (tx) => {
    const user = await insertUser(tx, { email, name, passwordHash, locale: localeOf(request) });
    if (user === undefined) throw emailTaken();
    const author = authorOf(request, user.id);
    await writeAudit(tx, author, {
      action: 'account.create',
      subject: { type: 'user', id: user.id },
      after: { role: user.role },
    });
    const isVerified = await joinByInvitation(tx, author, { user, token: form.invitation });
    if (!isVerified) await askToVerify(tx, author, user.id);
    const secrets = await beginLogin(tx, config, request, user.id);
    return { user: (await findUser(tx, user.id)) ?? user, secrets };
  });
  request.log.info({ userId: login.user.id, role: login.user.role }, 'made an account');
  return login;
}

/** Whoever came by the link in a mail to this very address has shown that it is theirs. */
async function joinByInvitation(
  tx: Transaction,
  author: Author,
  { user, token }: { readonly user: User; readonly token: string | undefined },
): Promise<boolean> {
  if (token === undefined) return false;
  const { email } = await accept(tx, author, { token, userId: user.id });
  return email === user.email && markEmailVerified(tx, user.id);
}

/** Logs in; undefined when no account has this email and password together. */
export async function logIn(
  { postgres, config, guard }: Parts,
  request: FastifyRequest,
  { email: given, password }: Pick<AccountForm, 'email' | 'password'>,
): Promise<Login | undefined> {
  const email = normalizeEmail(given);
  const attempt = { email, ip: request.ip };
  await guard.countAddress(request.ip);
  await guard.begin(attempt);
  const found = await findUserForLogin(postgres, email);
  const isRight = await isPasswordOf(found?.password_hash, password, config.passwordCost);
  if (found === undefined || !isRight) {
    request.log.info({ address: request.ip, userId: found?.id }, 'refused a login');
    return undefined;
  }
  await guard.succeed(attempt);
  const { password_hash: stored, ...user } = found;
  // The only moment at which the password is here, to be hashed as is asked for now.
  const passwordHash = isOutdated(stored, config.passwordCost)
    ? await hashPassword(password, config.passwordCost)
    : undefined;
  const secrets = await postgres.transaction().execute(async (tx) => {
    await lockUser(tx, user.id);
    // While the hash was computed the password may have been changed, because somebody knew the old one.
    if ((await findPasswordHash(tx, user.id)) !== stored) return undefined;
    if (passwordHash !== undefined) await setPasswordHash(tx, { userId: user.id, passwordHash });
    return beginLogin(tx, config, request, user.id);
  });
  return secrets && { user, secrets };
}

async function beginLogin(
  tx: Transaction,
  config: Store['config'],
  request: FastifyRequest,
  userId: string,
): Promise<SessionSecrets> {
  const secrets = await startSession(tx, {
    userId,
    lifeMs: lifeMsOf(config),
    userAgent: request.headers['user-agent'] ?? null,
    address: request.ip,
  });
  await writeAudit(tx, authorOf(request, userId), {
    action: 'login.begin',
    subject: { type: 'login', id: secrets.sessionId },
  });
  return secrets;
}

const dayMs = 24 * 3_600_000;

export function lifeMsOf({ sessionDays }: Pick<Store['config'], 'sessionDays'>): number {
  return sessionDays * dayMs;
}

export function readEmail(given: string, path = 'body.email'): string {
  const email = normalizeEmail(given);
  if (isEmail(email)) return email;
  throw invalidRequest([{ path, message: 'is not an email address' }]);
}

/** The browser's first language, where it is one that we speak. */
function localeOf({ headers }: FastifyRequest): Locale {
  return /^\s*ru\b/i.test(headers['accept-language'] ?? '') ? 'ru' : 'en';
}

function emailTaken(): Problem {
  const detail = 'There is an account with this email. Log in, or use another one.';
  return new Problem({ status: 409, code: 'email_taken', detail });
}

export function badCredentials(): Problem {
  const detail = 'No account has this email and this password together.';
  return new Problem({ status: 401, code: 'bad_credentials', detail });
}
