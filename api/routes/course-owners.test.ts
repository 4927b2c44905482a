import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { type Caller, freshApi, makeCourse } from '../testing/fresh-api.ts';

async function freshOwners() {
  const api = await freshApi();
  const { postgres } = api.store;
  const addCourse = async (owner: Caller) => {
    const courseId = await makeCourse(owner);
    const url = `/v1/courses/${courseId}/members`;
    const join = (
      { userId }: Pick<Caller, 'userId'>,
      { role, day }: { role: CourseRole; day: number },
    ) =>
      postgres
        .insertInto('course_members')
        .values({
          course_id: courseId,
          user_id: userId,
          role,
          created_at: new Date(Date.UTC(2026, 0, day)),
        })
        .execute();
    const listOwners = async () =>
      (
        await postgres
          .selectFrom('course_members')
          .select('user_id')
          .where('course_id', '=', courseId)
          .where('role', '=', 'owner')
          .execute()
      ).map(({ user_id: id }) => id);
    const countsAs = async () =>
      (
        await postgres
          .selectFrom('courses')
          .select('owner_id')
          .where('id', '=', courseId)
          .executeTakeFirstOrThrow()
      ).owner_id;
    const leave = (who: Caller) => who.call('DELETE', `${url}/${who.userId}`);
    const demote = (who: Caller, whom: Caller) =>
      who.call('PUT', `${url}/${whom.userId}`, { body: { role: 'editor' } });
    return { courseId, join, listOwners, countsAs, leave, demote };
  };
  return { ...api, addCourse };
}

test('the last owner neither leaves nor is made anything else, also by an admin', async () => {
  const api = await freshOwners();
  const [owner, admin, editor] = [await api.logIn(), await api.logIn('admin'), await api.logIn()];
  const course = await api.addCourse(owner);
  await course.join(editor, { role: 'editor', day: 1 });
  const url = `/v1/courses/${course.courseId}/members`;
  const body = { email: `${owner.userId}@example.org`, role: 'learner' };
  for (const who of [owner, admin]) {
    for (const answer of [
      await course.demote(who, owner),
      await who.call('PUT', url, { body }),
      await who.call('DELETE', `${url}/${owner.userId}`),
      await who.call('DELETE', `${url}?email=${body.email}`),
      await who.call('DELETE', `${url}?userId=${owner.userId}`),
    ]) {
      assert.deepEqual([answer.statusCode, answer.json().code], [409, 'last_owner']);
    }
  }
  assert.deepEqual(await course.listOwners(), [owner.userId]);
  assert.equal(await course.countsAs(), owner.userId);
  const entries = await api.store.postgres
    .selectFrom('audit_log')
    .select('action')
    .where('action', 'like', 'member.%')
    .execute();
  assert.deepEqual(entries, []);
});

test('a course goes to the owner who has been one the longest', async () => {
  const api = await freshOwners();
  const [owner, late, early, editor] = [
    await api.logIn(),
    await api.logIn(),
    await api.logIn(),
    await api.logIn(),
  ];
  const course = await api.addCourse(owner);
  await course.join(editor, { role: 'editor', day: 1 });
  await course.join(early, { role: 'owner', day: 2 });
  await course.join(late, { role: 'owner', day: 3 });
  // Whoever the course does not count as leaves without a change of that.
  assert.equal((await course.leave(late)).statusCode, 204);
  assert.equal(await course.countsAs(), owner.userId);
  await course.join(late, { role: 'owner', day: 3 });
  assert.equal((await course.leave(owner)).statusCode, 204);
  assert.equal(await course.countsAs(), early.userId);
  assert.equal((await course.demote(late, early)).statusCode, 200);
  assert.equal(await course.countsAs(), late.userId);
  assert.deepEqual(await course.listOwners(), [late.userId]);
  assert.equal((await course.leave(late)).json().code, 'last_owner');
});

test('of two owners who leave at once, one remains', async () => {
  const api = await freshOwners();
  const [a, b] = [await api.logIn(), await api.logIn()];
  for (let round = 0; round < 5; round++) {
    const course = await api.addCourse(a);
    await course.join(b, { role: 'owner', day: 1 });
    const answers = await Promise.all([course.leave(a), course.leave(b)]);
    const left = answers.filter(({ statusCode }) => statusCode === 204);
    const refused = answers.find(({ statusCode }) => statusCode !== 204);
    assert.deepEqual([left.length, refused?.json().code], [1, 'last_owner']);
    const owners = await course.listOwners();
    assert.deepEqual(owners, [refused === answers[0] ? a.userId : b.userId]);
    assert.deepEqual([await course.countsAs()], owners);
  }
});

test('of two owners who demote each other at once, one remains', async () => {
  const api = await freshOwners();
  const [a, b] = [await api.logIn(), await api.logIn()];
  for (let round = 0; round < 5; round++) {
    const course = await api.addCourse(a);
    await course.join(b, { role: 'owner', day: 1 });
    const answers = await Promise.all([course.demote(a, b), course.demote(b, a)]);
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    const [owner, ...others] = await course.listOwners();
    assert.deepEqual([await course.countsAs(), others], [owner, []]);
  }
});

test('an owner whose account is being deleted does not count as another owner', async () => {
  const api = await freshOwners();
  const [owner, leaver, heir] = [await api.logIn(), await api.logIn(), await api.logIn()];
  const course = await api.addCourse(owner);
  await course.join(leaver, { role: 'owner', day: 1 });
  assert.equal((await leaver.call('DELETE', '/v1/me')).statusCode, 202);
  const refused = await course.leave(owner);
  assert.equal(refused.statusCode, 409);
  assert.equal(refused.json().code, 'last_owner');
  assert.equal(await course.countsAs(), owner.userId);
  await course.join(heir, { role: 'owner', day: 2 });
  assert.equal((await course.leave(owner)).statusCode, 204);
  assert.equal(await course.countsAs(), heir.userId);
});

test('nobody whose account is being deleted is given a role', async () => {
  const api = await freshOwners();
  const [owner, leaver] = [await api.logIn(), await api.logIn()];
  const course = await api.addCourse(owner);
  await leaver.call('DELETE', '/v1/me');
  const answer = await course.demote(owner, leaver);
  assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
  const members = await api.store.postgres.selectFrom('course_members').select('user_id').execute();
  assert.deepEqual(members, [{ user_id: owner.userId }]);
});
