import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import { removeMember, setMember } from '@lectern/db/postgres/members';
import { setRole } from '@lectern/db/postgres/user-roles';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { buildApp } from '../app.ts';
import { freshApi, makeCourse } from '../testing/fresh-api.ts';
import { changeMember, dropByEmail, invite } from './change-member.ts';

const old = 'the old password';
const young = 'the young password';
const email = 'ada@example.org';

test('a login with the old password that runs beside a reset neither lasts nor undoes it', async () => {
  const api = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const config = {
    ...api.store.config,
    passwordCost: { memory: 19_456, passes: 2, parallelism: 1 },
  };
  const app = await buildApp({ ...api.store, config });
  const post = (url: string, body: object) => app.inject({ method: 'POST', url, body });
  const made = await api.app.inject({
    method: 'POST',
    url: '/v1/auth/register',
    body: { email, password: old, name: 'Ada' },
  });
  const userId: string = made.json().user.id;
  for (let round = 0; round < 4; round++) {
    const { token, hash: tokenHash } = makeSecret();
    const proof = { userId, purpose: 'reset_password', tokenHash, lifeMs: 60_000 } as const;
    await replaceProof(api.store.postgres, proof);
    const logins = Array.from({ length: 3 }, () =>
      post('/v1/auth/login', { email, password: round === 0 ? old : `${young} ${round - 1}` }),
    );
    const [reset, ...tried] = await Promise.all([
      post('/v1/auth/reset-password', { token, password: `${young} ${round}` }),
      ...logins,
    ]);
    assert.equal(reset?.statusCode, 204);
    for (const answer of tried) {
      if (answer.statusCode !== 200) continue;
      const headers = { authorization: `Bearer ${answer.json().accessToken}` };
      assert.equal((await app.inject({ url: '/v1/me', headers })).statusCode, 401);
    }
    const good = await post('/v1/auth/login', { email, password: `${young} ${round}` });
    assert.equal(good.statusCode, 200);
  }
  await app.close();
});

test('whoever is no owner any more when it comes to it changes no members', async () => {
  const api = await freshApi();
  const [a, b, c] = [await api.logIn(), await api.logIn(), await api.logIn()];
  const courseId = await makeCourse(a);
  const house = { userId: null, requestId: null, address: null };
  const { postgres } = api.store;
  const viewer = { id: b.userId, role: 'user', email: '', name: '' } as const;
  await postgres.transaction().execute(async (tx) => {
    await setMember(tx, { courseId, userId: b.userId, role: 'owner' }, house);
    const key = { courseId, userId: b.userId };
    assert.equal(await removeMember(tx, key, house), 'done');
    const helper = { courseId, userId: c.userId, role: 'owner' } as const;
    assert.equal(await setMember(tx, helper, { ...house, viewer }), 'forbidden');
    const other = { courseId, userId: a.userId };
    assert.equal(await removeMember(tx, other, { ...house, viewer }), 'forbidden');
  });
  const members = await postgres.selectFrom('course_members').select('user_id').execute();
  assert.deepEqual(members, [{ user_id: a.userId }]);
});

test('whoever is no admin any more when it comes to it gives no roles', async () => {
  const { store } = await freshApi();
  const [first, second] = [await logInAs(store, 'admin'), await logInAs(store, 'admin')];
  await store.postgres.transaction().execute(async (tx) => {
    const [a, b] = [first.userId, second.userId];
    const demoted = await setRole(tx, { userId: b, role: 'user', actorId: a });
    assert.equal(demoted.outcome, 'set');
    const answer = await setRole(tx, { userId: a, role: 'user', actorId: b });
    assert.equal(answer.outcome, 'forbidden');
  });
});

test('an owner who is removed has left no way back', async () => {
  const api = await freshApi();
  const [a, b] = [await api.logIn(), await api.logIn()];
  const courseId = await makeCourse(a);
  const members = `/v1/courses/${courseId}/members`;
  const own = { email: `${b.userId}@example.org`, role: 'owner' };
  assert.equal((await a.call('PUT', members, { body: own })).statusCode, 200);
  const second = { email: 'second@example.org', role: 'owner' };
  assert.equal((await b.call('PUT', members, { body: second })).statusCode, 202);
  const { token, hash } = makeSecret();
  await api.store.postgres.updateTable('invitations').set({ token_hash: hash }).execute();
  assert.equal((await a.call('DELETE', `${members}/${b.userId}`)).statusCode, 204);
  const accept = await b.call('POST', '/v1/invitations/accept', { body: { token } });
  assert.equal(accept.statusCode, 404);
  assert.equal((await b.call('GET', `/v1/courses/${courseId}`)).statusCode, 404);
});

test('an id alone brings nobody into a course and tells no name', async () => {
  const api = await freshApi();
  const [a, b] = [await api.logIn(), await api.logIn()];
  const members = `/v1/courses/${await makeCourse(a)}/members`;
  const body = { userId: b.userId, role: 'owner' };
  for (const answer of [
    await a.call('PUT', members, { body }),
    await a.call('PUT', `${members}/${b.userId}`, { body: { role: 'owner' } }),
  ]) {
    assert.equal(answer.statusCode, 404);
    assert.ok(!answer.body.includes('@'));
  }
});

test('nobody is sent mail without end', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const members = `/v1/courses/${await makeCourse(me)}/members`;
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) {
    const body = { email: 'far@example.org', role: 'learner' };
    statuses.push((await me.call('PUT', members, { body })).statusCode);
  }
  assert.deepEqual(statuses, [...Array(10).fill(202), 429, 429]);
  const url = '/v1/auth/forgot-password';
  for (let i = 0; i < 15; i++) {
    const body = { email: 'other@example.org' };
    const answer = await api.app.inject({ method: 'POST', url, body });
    assert.equal(answer.statusCode, 202, 'it says the same as ever');
  }
  const mails = await api.store.postgres
    .selectFrom('runs')
    .select('payload')
    .where('job', '=', 'mail.send')
    .execute();
  assert.equal(mails.length, 20);
});

test('an owner who is removed meanwhile invites nobody and takes no invitation back', async () => {
  const { store, logIn } = await freshApi();
  const [a, b] = [await logIn(), await logIn()];
  const courseId = await makeCourse(a);
  const viewer = { id: b.userId, role: 'user', email: '', name: '' } as const;
  const author = { userId: b.userId, requestId: null, address: null, viewer };
  const address = 'third@example.org';
  const refused = { code: 'forbidden', status: 403 };
  await assert.rejects(invite(store, author, { courseId, email: address, role: 'owner' }), refused);
  await invite(
    store,
    { ...author, viewer: { ...viewer, id: a.userId } },
    { courseId, email: address, role: 'editor' },
  );
  await assert.rejects(dropByEmail(store, author, { courseId, email: address }), refused);
  const left = await store.postgres.selectFrom('invitations').select(['email', 'role']).execute();
  assert.deepEqual(left, [{ email: address, role: 'editor' }]);
});

test('accepting an invitation and taking it back do not wait for each other', async () => {
  const { store, logIn } = await freshApi();
  const [a, b] = [await logIn(), await logIn()];
  const courseId = await makeCourse(a);
  const viewer = { id: a.userId, role: 'user', email: '', name: '' } as const;
  const author = { userId: a.userId, requestId: null, address: null, viewer };
  const address = `${b.userId}@example.org`;
  for (let round = 0; round < 15; round++) {
    // A member already, so that the role goes together with the invitation.
    const learner = { courseId, userId: b.userId, role: 'learner' } as const;
    await changeMember(store, author, learner);
    await invite(store, author, { courseId, email: address, role: 'editor' });
    const { token, hash } = makeSecret();
    await store.postgres.updateTable('invitations').set({ token_hash: hash }).execute();
    const [accepted, dropped] = await Promise.allSettled([
      b.call('POST', '/v1/invitations/accept', { body: { token } }),
      dropByEmail(store, author, { courseId, email: address }),
    ]);
    assert.ok(accepted.status === 'fulfilled');
    assert.ok([200, 404].includes(accepted.value.statusCode), accepted.value.body);
    assert.equal(dropped.status, 'fulfilled');
    await store.postgres.deleteFrom('invitations').execute();
  }
});
