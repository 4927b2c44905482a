import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';
import type { GlobalRole, Locale } from './tables.ts';

export type User = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: GlobalRole;
  readonly locale: Locale;
  readonly time_zone: string;
  readonly avatar_url: string | null;
  readonly email_verified_at: Date | null;
  readonly created_at: Date;
};

export type NewUser = {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly locale: Locale;
};

/** Held while it is decided who is an admin. Any number that is no other advisory lock's. */
export const adminLock = 716;

export const publicColumns = [
  'id',
  'email',
  'name',
  'role',
  'locale',
  'time_zone',
  'avatar_url',
  'email_verified_at',
  'created_at',
] as const;

/** Adds an account, the first of the installation as its admin; undefined when the email is taken. */
export async function insertUser(tx: Transaction, user: NewUser): Promise<User | undefined> {
  // Two first accounts at once: the second waits here and then sees the other's row. Whoever comes
  // while the only admin leaves waits as well, but not for others who come.
  const exclusive = sql`select pg_advisory_xact_lock(${adminLock})`;
  const shared = sql`select pg_advisory_xact_lock_shared(${adminLock})`;
  await ((await hasUsers(tx)) ? shared : exclusive).execute(tx);
  const isFirst = !(await hasUsers(tx));
  return tx
    .insertInto('users')
    .values({
      id: newId(),
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      locale: user.locale,
      role: isFirst ? 'admin' : 'user',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(publicColumns)
    .executeTakeFirst();
}

export async function findUser(db: Db, id: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(publicColumns)
    .where('id', '=', id)
    .where('deleting_at', 'is', null)
    .executeTakeFirst();
}

export async function findUserByEmail(db: Db, email: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(publicColumns)
    .where(sql<string>`lower(email)`, '=', email)
    .where('deleting_at', 'is', null)
    .executeTakeFirst();
}

export type UserWithPassword = User & { readonly password_hash: string };

/** With `findPasswordHash` the only query that reads a password's hash. */
export async function findUserForLogin(
  db: Db,
  email: string,
): Promise<UserWithPassword | undefined> {
  return db
    .selectFrom('users')
    .select([...publicColumns, 'password_hash'])
    .where(sql<string>`lower(email)`, '=', email)
    .where('deleting_at', 'is', null)
    .executeTakeFirst();
}

export async function findPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', userId)
    .executeTakeFirst();
  return row?.password_hash;
}

export async function setPasswordHash(
  tx: Transaction,
  { userId, passwordHash }: { readonly userId: string; readonly passwordHash: string },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('id', '=', userId)
    .execute();
}

/** Whether it was not verified before. */
export async function markEmailVerified(tx: Transaction, userId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ email_verified_at: sql<Date>`now()` })
    .where('id', '=', userId)
    .where('email_verified_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export type ProfileChange = {
  readonly name?: string;
  readonly avatar_url?: string | null;
  readonly locale?: Locale;
  readonly time_zone?: string;
};

/** The account before and after; undefined when it is gone. */
export async function updateProfile(
  tx: Transaction,
  userId: string,
  change: ProfileChange,
): Promise<{ readonly before: User; readonly after: User } | undefined> {
  const before = await lockUser(tx, userId);
  if (before === undefined) return undefined;
  if (Object.keys(change).length === 0) return { before, after: before };
  const after = await tx
    .updateTable('users')
    .set(change)
    .where('id', '=', userId)
    .returning(publicColumns)
    .executeTakeFirstOrThrow();
  return { before, after };
}

export function lockUser(tx: Transaction, userId: string): Promise<User | undefined> {
  return tx
    .selectFrom('users')
    .select(publicColumns)
    .where('id', '=', userId)
    .where('deleting_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Marks the account as going: from now on nobody logs in to it. False when it was gone. */
export async function markDeleting(tx: Transaction, userId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ deleting_at: sql<Date>`now()` })
    .where('id', '=', userId)
    .where('deleting_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export type UserFilter = {
  readonly text?: string | undefined;
  readonly role?: GlobalRole | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Newest first, for those who run the installation. */
export function listUsers(db: Db, { text, role, after, limit }: UserFilter): Promise<User[]> {
  const pattern = `%${(text ?? '').replace(/[\\%_]/g, String.raw`\$&`)}%`;
  return db
    .selectFrom('users')
    .select(publicColumns)
    .where('deleting_at', 'is', null)
    .$if(text !== undefined, (query) =>
      query.where((eb) => eb.or([eb('email', 'ilike', pattern), eb('name', 'ilike', pattern)])),
    )
    .$if(role !== undefined, (query) => query.where('role', '=', role ?? 'user'))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Without those that are being deleted: whoever comes after the last of them is the admin. */
export async function hasUsers(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('deleting_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
