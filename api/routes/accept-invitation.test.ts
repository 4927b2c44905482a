import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { freshInviter } from '../testing/fresh-inviter.ts';

test('a link gives whoever is logged in the role, once', async () => {
  const api = await freshInviter();
  const [person, other] = [await api.logIn(), await api.logIn()];
  const link = await api.mailLink('new@example.org', 'editor');
  const accepted = await api.accept(person, link);
  assert.equal(accepted.statusCode, 200);
  const { courseId } = api;
  assert.deepEqual(accepted.json(), { courseId, title: 'A course', role: 'editor' });
  assert.equal((await person.call('GET', api.url)).json().invitations.length, 0);
  for (const who of [person, other]) {
    const again = await api.accept(who, link);
    assert.deepEqual([again.statusCode, again.json().code], [410, 'invitation_used']);
  }
  assert.deepEqual(await api.listMembers(), [{ userId: person.userId, role: 'editor' }]);
  const [row] = await api.listRows();
  assert.ok(row?.accepted_at instanceof Date);
  // Whoever accepted has shown nothing of the mailbox: another account may have the link.
  assert.equal((await person.call('GET', '/v1/me')).json().emailVerified, false);
});

test('a link that ran out, was made up, or whose course is gone opens nothing', async () => {
  const api = await freshInviter();
  const person = await api.logIn();
  const link = await api.mailLink('new@example.org', 'learner');
  const past = new Date(Date.now() - 1_000);
  await api.store.postgres.updateTable('invitations').set({ expires_at: past }).execute();
  const lapsed = await api.accept(person, link);
  assert.deepEqual([lapsed.statusCode, lapsed.json().code], [410, 'invitation_expired']);
  const other = await api.mailLink('other@example.org', 'learner');
  for (const token of [makeSecret().token, 'x', `${other} `, other.toLowerCase()]) {
    assert.equal((await api.accept(person, token)).statusCode, 404, token);
  }
  for (const token of ['', 'x'.repeat(201)]) {
    assert.equal((await api.accept(person, token)).statusCode, 400);
  }
  const body = { token: other };
  const url = '/v1/invitations/accept';
  assert.equal((await api.app.inject({ method: 'POST', url, body })).statusCode, 401);
  await api.store.postgres.updateTable('courses').set({ deleted_at: new Date() }).execute();
  assert.equal((await api.accept(person, other)).statusCode, 404);
  await api.store.postgres.deleteFrom('courses').execute();
  const gone = await api.accept(person, other);
  assert.deepEqual([gone.statusCode, gone.json().code], [404, 'not_found']);
  assert.deepEqual(await api.listMembers(), []);
});

test('of ten people who accept one link at once, one gets in', async () => {
  const api = await freshInviter();
  const link = await api.mailLink('new@example.org', 'learner');
  const people = await Promise.all(Array.from({ length: 10 }, () => api.logIn()));
  const answers = await Promise.all(people.map((who) => api.accept(who, link)));
  const winner = people.find((_, i) => answers[i]?.statusCode === 200);
  assert.deepEqual(await api.listMembers(), [{ userId: winner?.userId, role: 'learner' }]);
  const refused = answers.filter((answer) => answer.json().code === 'invitation_used');
  assert.equal(refused.length, 9);
});

test('an invitation raises a role and never lowers one', async () => {
  const api = await freshInviter();
  const person = await api.logIn();
  for (const [role, held] of [
    ['commenter', 'commenter'],
    ['learner', 'commenter'],
    ['owner', 'owner'],
    ['editor', 'owner'],
  ] as const) {
    const link = await api.mailLink(`${role}@example.org`, role);
    assert.equal((await api.accept(person, link)).statusCode, 200);
    assert.deepEqual(await api.listMembers(), [{ userId: person.userId, role: held }]);
  }
});
