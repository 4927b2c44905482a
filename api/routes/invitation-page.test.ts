import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionCookie } from '@lectern/db/access/credentials';
import { makeSecret } from '@lectern/db/access/secrets';
import { inviteToCourse } from '@lectern/db/postgres/invitations';
import { newId } from '@lectern/db/postgres/new-id';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { openBrowser, postForm as post, readCookies, readField } from '../testing/pages.ts';
import { freshApi, makeCourse } from '../testing/fresh-api.ts';

const { app, store, logIn } = await freshApi();
const { postgres } = store;
const owner = await logIn();

const password = 'correct horse battery';

async function invite({
  role = 'editor',
  title = 'Optics',
}: { role?: CourseRole; title?: string } = {}) {
  const courseId = await makeCourse(owner, title);
  const email = `${newId()}@example.org`;
  const author = { userId: owner.userId, requestId: null, address: null };
  const { id } = await postgres
    .transaction()
    .execute((tx) => inviteToCourse(tx, { courseId, email, role }, author));
  const { token, hash } = makeSecret();
  await change(id, { token_hash: hash });
  return { id, courseId, email, token, url: `/invitation?token=${token}` };
}

function change(id: string, set: { token_hash?: Buffer; expires_at?: Date; accepted_at?: Date }) {
  return postgres.updateTable('invitations').set(set).where('id', '=', id).execute();
}

function listGuests(courseId: string) {
  return postgres
    .selectFrom('course_members')
    .select(['user_id', 'role'])
    .where('course_id', '=', courseId)
    .where('user_id', '!=', owner.userId)
    .execute();
}

async function isOpen(id: string): Promise<boolean> {
  const query = postgres.selectFrom('invitations').select('accepted_at').where('id', '=', id);
  return (await query.executeTakeFirstOrThrow()).accepted_at === null;
}

const words: Record<CourseRole, RegExp> = {
  owner: /an owner\. Owners run the course/,
  editor: /an editor\. Editors write the course/,
  commenter: /a commenter\. Commenters read the course and comment on it/,
  learner: /a learner\. Learners study the course/,
};

test('an invitation says to what, as what and whom, and looking at it changes nothing', async () => {
  for (const role of ['owner', 'editor', 'commenter', 'learner'] as const) {
    const { id, courseId, email, url } = await invite({ role, title: '<b>Light</b> & "lenses"' });
    const shown = await app.inject({ url });
    assert.equal(shown.statusCode, 200);
    assert.match(shown.body, words[role]);
    assert.ok(shown.body.includes('“&lt;b&gt;Light&lt;/b&gt; &amp; &quot;lenses&quot;”'));
    assert.ok(shown.body.includes(`value="${email}"`));
    assert.equal(shown.headers['referrer-policy'], 'strict-origin');
    const { headers } = await openBrowser(store);
    assert.equal((await app.inject({ url, headers })).statusCode, 200);
    assert.equal(await isOpen(id), true);
    assert.deepEqual(await listGuests(courseId), []);
  }
});

test('whoever is logged in accepts with a button, once', async () => {
  const { id, courseId, url, token } = await invite({ role: 'commenter' });
  const { userId, headers } = await openBrowser(store);
  const shown = await app.inject({ url, headers });
  assert.ok(shown.body.includes(`logged in as user (${userId}@example.org)`));
  assert.doesNotMatch(shown.body, /type="password"/);
  const csrf = readField(shown, 'csrf') ?? '';
  const accepted = await post(app, '/invitation', { token, csrf }, headers);
  assert.equal(accepted.statusCode, 200);
  assert.match(accepted.body, /<h1>You are in<\/h1>/);
  assert.match(accepted.body, /“Optics”/);
  assert.deepEqual(await listGuests(courseId), [{ user_id: userId, role: 'commenter' }]);
  assert.equal(await isOpen(id), false);

  const other = await openBrowser(store);
  const late = await post(app, '/invitation', { token, csrf: other.csrf }, other.headers);
  assert.equal(late.statusCode, 410);
  assert.match(late.body, /This invitation was accepted/);
  assert.equal((await listGuests(courseId)).length, 1);
});

test('a form without the field of its page, or of another site, accepts nothing', async () => {
  const { courseId, token } = await invite();
  const { headers, csrf } = await openBrowser(store);
  assert.equal((await post(app, '/invitation', { token }, headers)).statusCode, 403);
  const foreign = { ...headers, 'sec-fetch-site': 'cross-site' };
  assert.equal((await post(app, '/invitation', { token, csrf }, foreign)).statusCode, 403);
  const nobody = await post(app, '/invitation', { token });
  const back = `/login?next=${encodeURIComponent(`/invitation?token=${token}`)}`;
  assert.deepEqual([nobody.statusCode, nobody.headers.location], [303, back]);
  assert.deepEqual(await listGuests(courseId), []);
});

test('whoever has an account logs in and comes back', async () => {
  const { url, token } = await invite();
  const { body } = await app.inject({ url });
  const link = `/login?next=${encodeURIComponent(`/invitation?token=${token}`)}`;
  assert.ok(body.includes(`href="${link}"`));
  assert.equal(readField(await app.inject({ url: link }), 'next'), url);
});

test('whoever is new makes an account and is in, with an address that is confirmed', async () => {
  const { courseId, email, url, token } = await invite({ role: 'learner' });
  const shown = await app.inject({ url });
  assert.equal(readField(shown, 'invitation'), token);
  const fields = { name: 'Ada', email, password, invitation: token };
  const made = await post(app, '/register', fields);
  assert.equal(made.statusCode, 200);
  assert.match(made.body, /<h1>You are in<\/h1>/);
  assert.match(readCookies(made).get(sessionCookie) ?? '', /^lectern_session=[\w-]{43};/);
  const user = await postgres
    .selectFrom('users')
    .select(['id', 'email_verified_at'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  assert.ok(user.email_verified_at instanceof Date);
  assert.deepEqual(await listGuests(courseId), [{ user_id: user.id, role: 'learner' }]);
});

const ends = {
  used: [410, /This invitation was accepted/],
  expired: [410, /The invitation has run out/],
  unknown: [404, /No such invitation/],
} as const;

for (const [what, [status, heading]] of Object.entries(ends)) {
  test(`an invitation that is ${what} says so, and nothing is made of it`, async () => {
    const { id, courseId, email, token, url } = await invite();
    if (what === 'used') await change(id, { accepted_at: new Date() });
    if (what === 'expired') await change(id, { expires_at: new Date(Date.now() - 1_000) });
    if (what === 'unknown') await change(id, { token_hash: makeSecret().hash });
    const { headers, csrf } = await openBrowser(store);
    const answers = [
      await app.inject({ url }),
      await app.inject({ url, headers }),
      await post(app, '/invitation', { token, csrf }, headers),
      await post(app, '/register', { name: 'Ada', email, password, invitation: token }),
    ];
    for (const answer of answers) {
      assert.equal(answer.statusCode, status);
      assert.match(answer.body, heading);
      assert.doesNotMatch(answer.body, /<form/);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.deepEqual(await listGuests(courseId), []);
    const users = postgres.selectFrom('users').select('id').where('email', '=', email);
    assert.deepEqual(await users.execute(), []);
  });
}
