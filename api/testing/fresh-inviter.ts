import assert from 'node:assert/strict';
import { makeSecret } from '@lectern/db/access/secrets';
import { setInvitationSecret } from '@lectern/db/postgres/mail-recipients';
import type { Caller } from './fresh-api.ts';
import { freshCourse } from './fresh-course.ts';

/** Mails are sent, so people are asked first. Nobody listens there. */
export const smtp = { SMTP_URL: 'smtp://127.0.0.1:1' };

/** A course whose owner invites, where mails are sent unless it is said otherwise. */
export async function freshInviter(env: Record<string, string> = smtp) {
  const api = await freshCourse(env);
  const { me: owner, courseId } = api;
  const { postgres } = api.store;
  const url = `/v1/courses/${courseId}/members`;
  const invite = (email: string, role: string) => owner.call('PUT', url, { body: { email, role } });
  /** The link that a worker would put into the mail. */
  const mailLink = async (email: string, role: string) => {
    const invited = await invite(email, role);
    assert.equal(invited.statusCode, 202);
    const { token, hash } = makeSecret();
    assert.ok(await setInvitationSecret(postgres, invited.json().id, hash));
    return token;
  };
  const accept = (who: Caller, token: string) =>
    who.call('POST', '/v1/invitations/accept', { body: { token } });
  const listRows = () => postgres.selectFrom('invitations').selectAll().orderBy('id').execute();
  const listMembers = async () =>
    (
      await postgres
        .selectFrom('course_members')
        .select(['user_id', 'role'])
        .where('user_id', '!=', owner.userId)
        .orderBy('user_id')
        .execute()
    ).map(({ user_id: userId, role }) => ({ userId, role }));
  const listMails = async () =>
    (await postgres.selectFrom('runs').select(['job', 'owner', 'payload']).execute()).filter(
      ({ payload }) => payload['kind'] === 'invitation',
    );
  const rows = { listRows, listMembers, listMails };
  return { ...api, ...rows, owner, url, invite, mailLink, accept };
}

export function emailOf({ userId }: Pick<Caller, 'userId'>): string {
  return `${userId}@example.org`;
}
