import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { newId } from './new-id.ts';
import type { GlobalRole } from './tables.ts';

export type User = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: GlobalRole;
  readonly created_at: Date;
};

export type NewUser = {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
};

/** Any number: it only has to differ from those of other advisory locks. */
const firstAccountLock = 716;

const publicColumns = ['id', 'email', 'name', 'role', 'created_at'] as const;

/** Adds an account, the first of the installation as its admin; undefined when the email is taken. */
export async function insertUser(db: Db, user: NewUser): Promise<User | undefined> {
  return db.transaction().execute(async (tx) => {
    let isFirst = !(await hasUsers(tx));
    if (isFirst) {
      // Two first accounts at once: the second waits here and then sees the other's row.
      await sql`select pg_advisory_xact_lock(${firstAccountLock})`.execute(tx);
      isFirst = !(await hasUsers(tx));
    }
    return tx
      .insertInto('users')
      .values({
        id: newId(),
        email: user.email,
        name: user.name,
        password_hash: user.passwordHash,
        role: isFirst ? 'admin' : 'user',
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning(publicColumns)
      .executeTakeFirst();
  });
}

export async function findUser(db: Db, id: string): Promise<User | undefined> {
  return db.selectFrom('users').select(publicColumns).where('id', '=', id).executeTakeFirst();
}

/** The only query that reads a password's hash. */
export async function findUserForLogin(
  db: Db,
  email: string,
): Promise<(User & { readonly password_hash: string }) | undefined> {
  return db
    .selectFrom('users')
    .select([...publicColumns, 'password_hash'])
    .where(sql<string>`lower(email)`, '=', email)
    .executeTakeFirst();
}

export async function hasUsers(db: Db): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}
