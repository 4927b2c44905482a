import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSecret, makeSecret } from '@lectern/db/access/secrets';
import { newId } from '@lectern/db/postgres/new-id';
import { freshCourse } from '../testing/fresh-course.ts';

const email = 'grace@example.org';

/** A course to which addresses are invited, and people who register with the link of a mail. */
async function freshInvitation() {
  const api = await freshCourse({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const { courseId } = api;
  const { postgres } = api.store;
  await postgres.updateTable('users').set({ role: 'admin' }).execute();
  const addInvitation = async (change: { expires_at?: Date; accepted_at?: Date } = {}) => {
    const { token, hash } = makeSecret();
    await postgres
      .insertInto('invitations')
      .values({
        id: newId(),
        course_id: courseId,
        email,
        role: 'editor',
        token_hash: hash,
        invited_by: api.me.userId,
        expires_at: new Date(Date.now() + 60_000),
        ...change,
      })
      .execute();
    return token;
  };
  const register = (invitation: string, address = email) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/auth/register',
      body: { email: address, password: 'correct horse battery', name: 'Grace', invitation },
    });
  const listPeople = () =>
    postgres
      .selectFrom('users')
      .leftJoin('course_members', 'course_members.user_id', 'users.id')
      .select(['users.id', 'users.email', 'users.email_verified_at', 'course_members.role'])
      .where('users.id', '!=', api.me.userId)
      .orderBy('users.id')
      .execute();
  const isOpen = async (token: string) =>
    (
      await postgres
        .selectFrom('invitations')
        .select('accepted_at')
        .where('token_hash', '=', hashSecret(token))
        .executeTakeFirst()
    )?.accepted_at === null;
  const countMails = async () =>
    (await postgres.selectFrom('runs').select('payload').execute()).filter(
      ({ payload }) => payload['kind'] === 'verify_email',
    ).length;
  return { ...api, addInvitation, register, listPeople, isOpen, countMails };
}

test('a link in a mail makes the account, the membership and a verified address in one', async () => {
  const api = await freshInvitation();
  const made = await api.register(await api.addInvitation(), ' Grace@Example.org');
  assert.equal(made.statusCode, 201);
  const { user, accessToken } = made.json();
  assert.deepEqual([user.email, user.role], [email, 'user']);
  const [person, ...others] = await api.listPeople();
  assert.deepEqual([person?.id, person?.role, others], [user.id, 'editor', []]);
  assert.ok(person?.email_verified_at instanceof Date);
  const headers = { authorization: `Bearer ${accessToken}` };
  const me = await api.app.inject({ url: '/v1/me', headers });
  assert.equal(me.json().emailVerified, true);
  assert.deepEqual(user, me.json());
  const course = await api.app.inject({ url: `/v1/courses/${api.courseId}`, headers });
  assert.equal(course.json().myRole, 'editor');
  assert.equal(await api.countMails(), 0);
});

test('with another address than the invited one the account has yet to show that it is its own', async () => {
  const api = await freshInvitation();
  const made = await api.register(await api.addInvitation(), 'hopper@example.org');
  assert.equal(made.statusCode, 201);
  const [person, ...others] = await api.listPeople();
  const { email: address, email_verified_at: verifiedAt, role } = person ?? {};
  assert.deepEqual([address, verifiedAt, role], ['hopper@example.org', null, 'editor']);
  assert.deepEqual(others, []);
  assert.equal(await api.countMails(), 1);
});

test('with a link that was used, ran out, was made up or lost its course no account is made', async () => {
  const api = await freshInvitation();
  const past = new Date(Date.now() - 1_000);
  const refusals: [link: string, answer: string][] = [
    [await api.addInvitation({ accepted_at: past }), '410 invitation_used'],
    [await api.addInvitation({ accepted_at: past, expires_at: past }), '410 invitation_used'],
    [await api.addInvitation({ expires_at: past }), '410 invitation_expired'],
    [makeSecret().token, '404 not_found'],
    ['x', '404 not_found'],
    ['', '404 not_found'],
    ['x'.repeat(201), '400 invalid_request'],
  ];
  for (const [link, expected] of refusals) {
    const answer = await api.register(link);
    assert.equal(`${answer.statusCode} ${answer.json().code}`, expected);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  await api.store.postgres.deleteFrom('invitations').execute();
  const orphan = await api.addInvitation();
  await api.store.postgres.updateTable('courses').set({ deleted_at: new Date() }).execute();
  assert.equal((await api.register(orphan)).statusCode, 404);
  await api.store.postgres.deleteFrom('courses').execute();
  assert.equal((await api.register(orphan)).statusCode, 404);
  assert.deepEqual(await api.listPeople(), []);
  assert.equal(await api.countMails(), 0);
  const logged = await api.store.postgres
    .selectFrom('audit_log')
    .select('action')
    .where('action', '!=', 'course.create')
    .execute();
  assert.deepEqual(logged, []);
});

test('a taken address does not use the link up', async () => {
  const api = await freshInvitation();
  const { userId } = await api.logIn();
  const link = await api.addInvitation();
  const taken = await api.register(link, `${userId}@example.org`);
  assert.deepEqual([taken.statusCode, taken.json().code], [409, 'email_taken']);
  assert.equal(await api.isOpen(link), true);
  assert.equal((await api.register(link)).statusCode, 201);
  assert.equal(await api.isOpen(link), false);
});

test('of ten who register with one link at once, one gets an account', async () => {
  const api = await freshInvitation();
  const link = await api.addInvitation();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => api.register(link, `p${i}@example.org`)),
  );
  const [winner, ...others] = answers.filter(({ statusCode }) => statusCode === 201);
  assert.deepEqual(others, []);
  const refused = answers.filter((answer) => answer.json().code === 'invitation_used');
  assert.equal(refused.length, 9);
  const people = await api.listPeople();
  assert.deepEqual(
    people.map(({ id, role }) => [id, role]),
    [[winner?.json().user.id, 'editor']],
  );
});
