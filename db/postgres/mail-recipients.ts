import { sql } from 'kysely';
import type { Db } from './connect.ts';
import type { CourseRole, Locale } from './tables.ts';

/** Where a mail goes, and in which language and time zone it speaks. */
export type Recipient = {
  readonly email: string;
  readonly locale: Locale;
  readonly time_zone: string;
};

export type PersonToMail = Recipient & {
  readonly name: string;
  readonly email_verified_at: Date | null;
};

/** Nobody, too, when the account is being deleted. */
export function findPersonToMail(db: Db, userId: string): Promise<PersonToMail | undefined> {
  return db
    .selectFrom('users')
    .select(['email', 'name', 'locale', 'time_zone', 'email_verified_at'])
    .where('id', '=', userId)
    .where('deleting_at', 'is', null)
    .executeTakeFirst();
}

export type InvitationToMail = Recipient & {
  readonly role: CourseRole;
  readonly title: string;
  /** Who invites; their account may be gone. */
  readonly inviter: string | null;
  readonly expires_at: Date;
  /** Neither accepted nor expired. */
  readonly isOpen: boolean;
};

/** The language is that of an account with this address, else that of whoever invites. */
export function findInvitationToMail(db: Db, id: string): Promise<InvitationToMail | undefined> {
  return db
    .selectFrom('invitations')
    .innerJoin('courses', 'courses.id', 'invitations.course_id')
    .leftJoin('users as reader', (join) =>
      join
        .on(sql<string>`lower(reader.email)`, '=', sql<string>`lower(invitations.email)`)
        .on('reader.deleting_at', 'is', null),
    )
    .leftJoin('users as inviter', (join) =>
      join.onRef('inviter.id', '=', 'invitations.invited_by').on('inviter.deleting_at', 'is', null),
    )
    .select(['invitations.email', 'invitations.role', 'invitations.expires_at'])
    .select(['courses.title', 'inviter.name as inviter'])
    .select((eb) => [
      eb.fn.coalesce('reader.locale', 'inviter.locale', sql<Locale>`'en'`).as('locale'),
      eb.fn.coalesce('reader.time_zone', sql<string>`'UTC'`).as('time_zone'),
      sql<boolean>`accepted_at is null and expires_at > now()`.as('isOpen'),
    ])
    .where('invitations.id', '=', id)
    .where('courses.deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Keeps the hash of the secret in the invitation's mail; false when it is gone or accepted by now. */
export async function setInvitationSecret(db: Db, id: string, hash: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('invitations')
    .set({ token_hash: hash })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export type ExportToMail = Recipient & {
  readonly name: string;
  readonly expires_at: Date;
  readonly isExpired: boolean;
};

export function findExportToMail(db: Db, id: string): Promise<ExportToMail | undefined> {
  return db
    .selectFrom('exports')
    .innerJoin('users', 'users.id', 'exports.user_id')
    .select(['users.email', 'users.name', 'users.locale', 'users.time_zone', 'exports.expires_at'])
    .select(sql<boolean>`exports.expires_at <= now()`.as('isExpired'))
    .where('exports.id', '=', id)
    .where('users.deleting_at', 'is', null)
    .executeTakeFirst();
}
