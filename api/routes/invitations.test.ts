import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSecret } from '@lectern/db/access/secrets';
import { setInvitationSecret } from '@lectern/db/postgres/mail-recipients';
import { emailOf, freshInviter, smtp } from '../testing/fresh-inviter.ts';

test('an address without an account is invited by a mail, and listed until it accepts', async () => {
  for (const env of [{}, smtp]) {
    const api = await freshInviter(env);
    const invited = await api.invite(' New@Example.org', 'commenter');
    assert.equal(invited.statusCode, 202);
    assert.equal(invited.headers.location, api.url);
    const invitation = invited.json();
    const { id, createdAt, expiresAt } = invitation;
    const shown = { id, email: 'new@example.org', role: 'commenter', createdAt, expiresAt };
    assert.deepEqual(invitation, shown);
    const lifeDays = (Date.parse(expiresAt) - Date.parse(createdAt)) / (24 * 3_600_000);
    assert.equal(Math.round(lifeDays), 14);
    const { items, invitations } = (await api.owner.call('GET', api.url)).json();
    assert.deepEqual([items.length, invitations], [1, [invitation]]);
    const payload = { kind: 'invitation', id };
    assert.deepEqual(await api.listMails(), [{ job: 'mail.send', owner: null, payload }]);
  }
});

test('where mails are sent a person is asked first, and a member has another role at once', async () => {
  const api = await freshInviter();
  const person = await api.logIn();
  await api.store.postgres.updateTable('users').set({ email_verified_at: new Date() }).execute();
  const link = await api.mailLink(emailOf(person), 'learner');
  assert.deepEqual(await api.listMembers(), []);
  assert.equal((await api.accept(person, link)).statusCode, 200);
  assert.equal((await api.invite(emailOf(person), 'editor')).statusCode, 200);
  assert.deepEqual(await api.listMembers(), [{ userId: person.userId, role: 'editor' }]);
  assert.equal((await api.listRows()).length, 1);
});

test('where no mails are sent an account is taken at its word', async () => {
  const api = await freshInviter({});
  const person = await api.logIn();
  assert.equal((await api.invite(emailOf(person), 'learner')).statusCode, 200);
  assert.deepEqual(await api.listMembers(), [{ userId: person.userId, role: 'learner' }]);
  assert.deepEqual([await api.listRows(), await api.listMails()], [[], []]);
});

test('inviting again keeps one row, with the new role, and the old link is over', async () => {
  const api = await freshInviter();
  const [admin, person] = [await api.logIn('admin'), await api.logIn()];
  const link = await api.mailLink('new@example.org', 'learner');
  const [first] = await api.listRows();
  const past = new Date(Date.now() - 1_000);
  await api.store.postgres.updateTable('invitations').set({ expires_at: past }).execute();
  const body = { email: 'NEW@example.org', role: 'editor' };
  assert.equal((await admin.call('PUT', api.url, { body })).statusCode, 202);
  const [row, ...others] = await api.listRows();
  assert.ok(first && row);
  const { expires_at: expiresAt, ...rest } = row;
  const { expires_at: _, ...kept } = first;
  const changed = { role: 'editor', token_hash: null, invited_by: admin.userId };
  assert.deepEqual([rest, others], [{ ...kept, ...changed }, []]);
  assert.ok(expiresAt > new Date());
  assert.equal((await api.listMails()).length, 2);
  assert.equal((await api.accept(person, link)).statusCode, 404);
  assert.deepEqual(await api.listMembers(), []);
});

test('an invitation that is taken back opens nothing', async () => {
  const api = await freshInviter();
  const person = await api.logIn();
  const link = await api.mailLink('new@example.org', 'learner');
  const revoke = () => api.owner.call('DELETE', `${api.url}?email=New@example.org`);
  assert.equal((await revoke()).statusCode, 204);
  assert.deepEqual(await api.listRows(), []);
  assert.equal((await api.accept(person, link)).statusCode, 404);
  assert.equal((await revoke()).statusCode, 404);
  assert.deepEqual(await api.listMembers(), []);
});

for (const end of ['removed', 'no owner any more'] as const) {
  test(`an owner who is ${end} takes the open invitations along that they sent or got`, async () => {
    const api = await freshInviter();
    const [leaver, guest] = [await api.logIn(), await api.logIn()];
    const toLeaver = await api.mailLink(emailOf(leaver), 'editor');
    await api.accept(leaver, await api.mailLink('other@example.org', 'owner'));
    const byOwner = await api.mailLink('kept@example.org', 'learner');
    const body = { email: 'guest@example.org', role: 'owner' };
    const { id } = (await leaver.call('PUT', api.url, { body })).json();
    const { token, hash } = makeSecret();
    await setInvitationSecret(api.store.postgres, id, hash);
    const whom = `${api.url}/${leaver.userId}`;
    await (end === 'removed'
      ? api.owner.call('DELETE', whom)
      : api.owner.call('PUT', whom, { body: { role: 'learner' } }));
    assert.equal((await api.accept(guest, token)).statusCode, 404);
    assert.equal((await api.accept(leaver, toLeaver)).statusCode, 404);
    const left = end === 'removed' ? [] : [{ userId: leaver.userId, role: 'learner' }];
    assert.deepEqual(await api.listMembers(), left);
    assert.equal((await api.accept(guest, byOwner)).statusCode, 200);
  });
}

test('who invited, took back and accepted is logged, with an address that nobody could write to', async () => {
  const api = await freshInviter();
  const person = await api.logIn();
  await api.invite('grace.hopper@example.org', 'editor');
  await api.owner.call('DELETE', `${api.url}?email=grace.hopper@example.org`);
  const link = await api.mailLink('grace.hopper@example.org', 'learner');
  await api.accept(person, link);
  const entries = await api.store.postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_id', 'before', 'after'])
    .where('subject_id', '=', api.courseId)
    .where('action', '!=', 'course.create')
    .orderBy('id')
    .execute();
  const text = JSON.stringify(entries);
  for (const secret of ['grace.hopper', link]) assert.ok(!text.includes(secret), secret);
  const email = 'g…@example.org';
  const [accepted] = await api.listRows();
  const invitationId = accepted?.id;
  const revokedId = entries[0]?.after?.['invitationId'];
  const byOwner = { actor_id: api.owner.userId, subject_id: api.courseId };
  const byPerson = { actor_id: person.userId, subject_id: api.courseId };
  const revoked = { invitationId: revokedId, email, role: 'editor' };
  const invited = { invitationId, email, role: 'learner' };
  const member = { userId: person.userId, role: 'learner' };
  assert.notEqual(revokedId, invitationId);
  assert.deepEqual(entries, [
    { action: 'invitation.create', ...byOwner, before: null, after: revoked },
    { action: 'invitation.revoke', ...byOwner, before: revoked, after: null },
    { action: 'invitation.create', ...byOwner, before: null, after: invited },
    {
      action: 'invitation.accept',
      ...byPerson,
      before: null,
      after: { invitationId, role: 'learner' },
    },
    { action: 'member.set', ...byPerson, before: null, after: member },
  ]);
});
