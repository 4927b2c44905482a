import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import type { CourseRole } from '@lectern/db/postgres/tables';
import type { Caller } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';
import { countAll } from '../testing/keep-count.ts';

/** A course with its owner, and more members as asked for. */
async function freshMembers(env: Record<string, string> = {}) {
  const api = await freshCourse(env);
  const { courseId, store, me: owner } = api;
  const url = `/v1/courses/${courseId}/members`;
  const join = async (role: CourseRole, who?: Caller) => {
    const caller = who ?? (await api.logIn());
    await store.postgres
      .insertInto('course_members')
      .values({ course_id: courseId, user_id: caller.userId, role })
      .execute();
    return caller;
  };
  const roleOf = async ({ userId }: Pick<Caller, 'userId'>) =>
    (
      await store.postgres
        .selectFrom('course_members')
        .select('role')
        .where('user_id', '=', userId)
        .executeTakeFirst()
    )?.role;
  const listEntries = () =>
    store.postgres
      .selectFrom('audit_log')
      .select(['action', 'actor_id', 'subject_id', 'before', 'after'])
      .where('action', 'like', 'member.%')
      .orderBy('id')
      .execute();
  const give = (who: Caller, body: object) => who.call('PUT', url, { body });
  const take = (who: Caller, whom: Pick<Caller, 'userId'>) =>
    who.call('DELETE', `${url}/${whom.userId}`);
  return { ...api, owner, url, join, roleOf, listEntries, give, take };
}

type Course = Awaited<ReturnType<typeof freshMembers>>;

async function freshPeople(course: Course) {
  return {
    owner: course.owner,
    editor: await course.join('editor'),
    commenter: await course.join('commenter'),
    learner: await course.join('learner'),
    stranger: await course.logIn(),
    operator: await course.logIn('operator'),
    admin: await course.logIn('admin'),
  };
}

/** What each person is answered, in the order of `freshPeople`. */
async function ask(people: object, act: (who: Caller) => Promise<{ statusCode: number }>) {
  const callers: Caller[] = Object.values(people);
  const statuses: number[] = [];
  for (const who of callers) statuses.push((await act(who)).statusCode);
  return statuses;
}

for (const [visibility, status, hidden] of [
  ['private', 'draft', 404],
  ['public', 'published', 403],
] as const) {
  test(`who lists and changes the members of a ${visibility} course is decided by the role`, async () => {
    const course = await freshMembers();
    const people = await freshPeople(course);
    await course.store.postgres.updateTable('courses').set({ visibility, status }).execute();
    const target = await course.join('learner');
    const { userId } = target;
    const { url } = course;
    const below = [403, 403, 403, hidden, hidden];
    const reading = await ask(people, (who) => who.call('GET', url));
    assert.deepEqual(reading, [200, 200, 403, 403, hidden, hidden, 200]);
    const body = { userId, role: 'commenter' };
    const giving = await ask(people, (who) => course.give(who, body));
    assert.deepEqual(giving, [200, ...below, 200]);
    const byId = { body: { role: 'editor' } };
    const setting = await ask(people, (who) => who.call('PUT', `${url}/${userId}`, byId));
    assert.deepEqual(setting, [200, ...below, 200]);
    assert.equal(await course.roleOf(target), 'editor');
    const taking = await ask(people, (who) => course.take(who, target));
    assert.deepEqual(taking, [204, ...below, 404]);
    assert.equal(await course.roleOf(target), undefined);
    const inviting = await ask(people, (who) =>
      course.give(who, { email: 'new@example.org', role: 'learner' }),
    );
    assert.deepEqual(inviting, [202, ...below, 202]);
    const revoking = await ask(people, (who) => who.call('DELETE', `${url}?email=new@example.org`));
    assert.deepEqual(revoking, [204, ...below, 404]);
  });
}

test('nobody lists or changes members without a login, or of a course that is not there', async () => {
  const { app, store, owner, url, roleOf } = await freshMembers();
  const body = { userId: owner.userId, role: 'learner' };
  const nowhere = `/v1/courses/${newId()}/members`;
  for (const [method, path] of [
    ['GET', ''],
    ['PUT', ''],
    ['PUT', `/${owner.userId}`],
    ['DELETE', `/${owner.userId}`],
    ['DELETE', `?userId=${owner.userId}`],
  ] as const) {
    const role = path.startsWith('/') ? { role: 'learner' } : body;
    const rest = method === 'PUT' ? { body: role } : {};
    assert.equal((await app.inject({ method, url: url + path, ...rest })).statusCode, 401);
    assert.equal((await owner.call(method, nowhere + path, rest)).statusCode, 404);
  }
  await store.postgres.updateTable('courses').set({ deleted_at: new Date() }).execute();
  assert.equal((await owner.call('GET', url)).statusCode, 404);
  assert.equal((await owner.call('PUT', url, { body })).statusCode, 404);
  assert.equal(await roleOf(owner), 'owner');
});

test('a person gets a role by email, another one by id, and what they may do follows at once', async () => {
  const course = await freshMembers();
  const { owner, courseId, url } = course;
  const person = await course.logIn();
  const { userId } = person;
  const email = `${userId}@example.org`;
  const read = async () => (await person.call('GET', `/v1/courses/${courseId}`)).statusCode;
  // Whoever holds a socket open for the person looks again, too.
  const told: (string | undefined)[] = [];
  const isTold = () => told.splice(0).includes(userId);
  course.store.access.onChange((id) => told.push(id));
  assert.equal(await read(), 404);
  const given = await course.give(owner, { email: ` ${email.toUpperCase()} `, role: 'learner' });
  assert.deepEqual([given.statusCode, isTold()], [200, true]);
  const { createdAt, ...member } = given.json();
  assert.deepEqual(member, { userId, email, name: 'user', role: 'learner' });
  assert.equal(await read(), 200);
  const byId = await course.give(owner, { userId, role: 'editor' });
  assert.deepEqual(byId.json(), { ...member, role: 'editor', createdAt });
  const { items, nextCursor, invitations } = (await person.call('GET', url)).json();
  assert.deepEqual([items.length, items[1], nextCursor], [2, byId.json(), null]);
  assert.deepEqual(invitations, []);
  // The same again is no change.
  await course.give(owner, { userId, role: 'editor' });
  told.splice(0);
  assert.equal((await owner.call('DELETE', `${url}?email=${email}`)).statusCode, 204);
  assert.deepEqual([isTold(), await read()], [true, 404]);
  const about = { actor_id: owner.userId, subject_id: courseId };
  const [learner, editor] = [
    { userId, role: 'learner' },
    { userId, role: 'editor' },
  ];
  assert.deepEqual(await course.listEntries(), [
    { action: 'member.set', ...about, before: null, after: learner },
    { action: 'member.set', ...about, before: learner, after: editor },
    { action: 'member.remove', ...about, before: editor, after: null },
  ]);
});

test('an id alone brings in nobody, and tells nobody who that is', async () => {
  const course = await freshMembers();
  const { userId } = await course.logIn();
  const byId = { body: { role: 'learner' } };
  for (const answer of [
    await course.give(course.owner, { userId, role: 'learner' }),
    await course.owner.call('PUT', `${course.url}/${userId}`, byId),
  ]) {
    assert.equal(answer.statusCode, 404);
    assert.ok(!answer.body.includes('@example.org'));
  }
  assert.equal(await course.roleOf({ userId }), undefined);
  assert.deepEqual(await course.listEntries(), []);
});

test('everybody may leave, and only for themselves', async () => {
  const course = await freshMembers();
  for (const role of ['editor', 'commenter', 'learner'] as const) {
    const [leaver, other] = [await course.join(role), await course.join(role)];
    assert.equal((await course.take(leaver, other)).statusCode, 403);
    assert.equal((await course.take(leaver, leaver)).statusCode, 204);
    assert.deepEqual([await course.roleOf(leaver), await course.roleOf(other)], [undefined, role]);
    assert.equal((await course.take(leaver, leaver)).statusCode, 404);
  }
  const leaver = await course.join('learner');
  const whom = `${course.url}?userId=${leaver.userId}`;
  assert.equal((await leaver.call('DELETE', whom)).statusCode, 204);
  assert.equal(await course.roleOf(leaver), undefined);
});

const unfit: readonly object[] = [
  { role: 'learner' },
  { userId: newId(), email: 'new@example.org', role: 'learner' },
  { email: 'new@example.org' },
  ...['admin', 'Owner', '', 'guest', null].map((role) => ({ email: 'new@example.org', role })),
  ...['no address', 'a@b\nBcc: all@example.org', 'a\u0007@b.example', '', 'a@b,c@d'].map(
    (email) => ({ email, role: 'learner' }),
  ),
  { email: `${'a'.repeat(250)}@example.org`, role: 'learner' },
  { userId: "1' or '1'='1", role: 'learner' },
  { userId: newId(), role: 'learner', courseId: newId() },
];
test('a role, address or person that does not do is refused, and nothing is made', async () => {
  const course = await freshMembers();
  const { owner, url, store } = course;
  const before = await countAll(store);
  for (const body of unfit) {
    const answer = await course.give(owner, body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.equal(answer.json().code, 'invalid_request', JSON.stringify(body));
  }
  for (const query of [
    '',
    `?userId=${newId()}&email=a@b.example`,
    '?email=nobody',
    '?role=owner',
  ]) {
    assert.equal((await owner.call('DELETE', url + query)).statusCode, 400, query);
  }
  for (const answer of [
    await course.give(owner, { userId: newId(), role: 'learner' }),
    await owner.call('PUT', `${url}/${newId()}`, { body: { role: 'learner' } }),
    await course.take(owner, { userId: newId() }),
    await owner.call('DELETE', `${url}?email=nobody@example.org`),
  ]) {
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
  }
  assert.deepEqual(await countAll(store), before);
  const { items, invitations } = (await owner.call('GET', url)).json();
  assert.deepEqual([items.length, invitations], [1, []]);
  assert.deepEqual(await course.listEntries(), []);
});

test('pages of members follow each other in the order of their accounts', async () => {
  const course = await freshMembers();
  const expected = [course.owner.userId];
  for (let i = 0; i < 4; i++) expected.push((await course.join('learner')).userId);
  const seen: string[][] = [];
  let cursor = '';
  do {
    const page = (await course.owner.call('GET', `${course.url}?limit=2${cursor}`)).json();
    seen.push(page.items.map(({ userId }: { userId: string }) => userId));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, [expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)]);
});
