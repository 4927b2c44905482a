import { sql } from 'kysely';
import type { Db } from './connect.ts';

// What is held about a person, for the person: no hash of a secret, nothing about other people.

export function findProfile(db: Db, userId: string) {
  return db
    .selectFrom('users')
    .select([
      'id',
      'email',
      'name',
      'role',
      'locale',
      'time_zone as timeZone',
      'avatar_url as avatarUrl',
      'email_verified_at as emailVerifiedAt',
      'created_at as createdAt',
    ])
    .where('id', '=', userId)
    .executeTakeFirst();
}

export function listLogins(db: Db, userId: string) {
  return db
    .selectFrom('sessions')
    .select([
      'id',
      'user_agent as userAgent',
      'address',
      'created_at as createdAt',
      'rotated_at as refreshedAt',
      'expires_at as expiresAt',
    ])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

export function listPersonalTokens(db: Db, userId: string) {
  return db
    .selectFrom('tokens')
    .select([
      'id',
      'name',
      'scopes',
      'created_at as createdAt',
      'used_at as usedAt',
      'expires_at as expiresAt',
    ])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

export function listMemberships(db: Db, userId: string) {
  return db
    .selectFrom('course_members')
    .innerJoin('courses', 'courses.id', 'course_members.course_id')
    .select([
      'course_id as courseId',
      'courses.title as courseTitle',
      'role',
      'course_members.created_at as since',
    ])
    .where('course_members.user_id', '=', userId)
    .orderBy('course_id')
    .execute();
}

/** Those to the person's address and those that the person sent. */
export function listOwnInvitations(
  db: Db,
  person: { readonly id: string; readonly email: string },
) {
  return db
    .selectFrom('invitations')
    .innerJoin('courses', 'courses.id', 'invitations.course_id')
    .select([
      'invitations.id',
      'course_id as courseId',
      'courses.title as courseTitle',
      'invitations.email',
      'role',
      'invitations.created_at as createdAt',
      'expires_at as expiresAt',
      'accepted_at as acceptedAt',
    ])
    .where((eb) =>
      eb.or([
        eb('invited_by', '=', person.id),
        eb(sql<string>`lower(invitations.email)`, '=', person.email.toLowerCase()),
      ]),
    )
    .orderBy('invitations.id')
    .execute();
}
