import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csrfTokenOf } from '@lectern/db/access/credentials';
import { makeSecret } from '@lectern/db/access/secrets';
import { setInvitationSecret } from '@lectern/db/postgres/mail-recipients';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { formOf, freshApi } from '../testing/fresh-api.ts';

const words = {
  email: 'ada.lovelace@walk.example',
  password: 'correct horse battery',
  newPassword: 'staple correct horse',
  wrong: 'another password entirely',
  guest: 'grace.hopper@walk.example',
};

/** A person who walks through all that is logged, and everything secret that they met on the way. */
async function freshWalk() {
  const api = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const { app, store } = api;
  const secrets: string[] = Object.values(words);
  let steps = 0;
  let bearer = '';
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
  ) => {
    const headers = {
      'x-request-id': `step-${++steps}`,
      ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
      ...(Buffer.isBuffer(body) && formOf([]).headers),
    };
    const answer = await app.inject({ method, url, headers, ...(body && { body }) });
    assert.ok(answer.statusCode < 500, `${method} ${url}`);
    return answer;
  };
  const enter = async (url: string, body: object) => {
    const answer = await call('POST', url, body);
    const [refresh, session] = cookiesOf(answer).map(valueOf);
    bearer = answer.json().accessToken;
    secrets.push(bearer, refresh ?? '', session ?? '', csrfTokenOf(session ?? ''));
    return answer.json().user;
  };
  const link = () => {
    const secret = makeSecret();
    secrets.push(secret.token);
    return secret;
  };
  const noteHashes = async () => {
    const users = await store.postgres
      .selectFrom('users')
      .select('password_hash')
      .where('password_hash', 'like', '$argon2id$%')
      .execute();
    const sessions = await store.postgres
      .selectFrom('sessions')
      .select(['cookie_hash', 'family_hash', 'current_hash'])
      .execute();
    const tokens = await store.postgres.selectFrom('tokens').select('token_hash').execute();
    const rows = [...sessions, ...tokens].flatMap((row) => Object.values(row));
    secrets.push(...users.map(({ password_hash: hash }) => hash));
    for (const hash of rows) secrets.push(hash.toString('hex'), hash.toString('base64'));
  };
  const other = await api.logIn('admin');
  const { email, password } = words;
  const { id: userId } = await enter('/v1/auth/register', { email, password, name: 'Ada' });
  return { ...api, secrets, call, enter, link, noteHashes, other, userId };
}

type Walk = Awaited<ReturnType<typeof freshWalk>>;

/** What was logged, all of it by the walker's requests: the registration, and after it this. */
async function assertLogged(
  { store, secrets, userId }: Walk,
  expected: readonly [action: string, subjectId: string | undefined][],
) {
  const rows = await store.postgres.selectFrom('audit_log').selectAll().orderBy('id').execute();
  const [made, entered] = rows;
  assert.deepEqual([made?.action, entered?.action], ['account.create', 'login.begin']);
  assert.deepEqual(
    rows.slice(2).map(({ action, subject_id: id }) => [action, id]),
    expected,
  );
  for (const { action, actor_id: actor, request_id: requestId, address } of rows) {
    assert.deepEqual([actor, address], [userId, '127.0.0.1'], action);
    assert.match(requestId ?? '', /^step-\d+$/, action);
  }
  const text = JSON.stringify(rows).toLowerCase();
  assert.ok(secrets.length > 10);
  for (const secret of secrets) {
    assert.ok(secret.length > 8 && !text.includes(secret.toLowerCase()), secret);
  }
}

/** The logins of the walker, oldest first. */
async function listSessions({ store, userId }: Walk): Promise<string[]> {
  const rows = await store.postgres
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

test('accounts, passwords and tokens are logged without any secret; a wrong login changes nothing', async () => {
  const walk = await freshWalk();
  const { secrets, call, enter, noteHashes, userId } = walk;
  const { email, password, newPassword, wrong } = words;
  const before = await listSessions(walk);
  assert.equal((await call('POST', '/v1/auth/login', { email, password: wrong })).statusCode, 401);
  await enter('/v1/auth/login', { email, password });
  const after = await listSessions(walk);
  await call('PATCH', '/v1/me', { name: 'Countess Lovelace', locale: 'ru' });
  await call('POST', '/v1/me/password', { currentPassword: password, newPassword });
  const wanted = { name: 'secretive name', scopes: ['read'] };
  const { id: tokenId, token } = (await call('POST', '/v1/me/tokens', wanted)).json();
  secrets.push(token, wanted.name, 'Countess Lovelace');
  await noteHashes();
  await call('DELETE', `/v1/me/tokens/${tokenId}`);
  const { id: exportId } = (await call('GET', '/v1/me/export')).json();
  assert.deepEqual([before.length, after.length], [1, 2]);
  await assertLogged(walk, [
    ['login.begin', after[1]],
    ['account.update', userId],
    ['account.change_password', userId],
    ['token.create', tokenId],
    ['token.delete', tokenId],
    ['account.export', exportId],
  ]);
});

test('courses, uploads, members and roles are logged without any secret', async () => {
  const walk = await freshWalk();
  const { store, secrets, call, link, noteHashes, userId, other } = walk;
  await store.postgres.updateTable('users').set({ role: 'admin' }).execute();
  await store.access.announceChange(userId);
  const { id: courseId } = (await call('POST', '/v1/courses', { title: 'Course' })).json();
  const url = `/v1/courses/${courseId}`;
  const { body: upload } = formOf([{ name: 'a.txt', content: 'some content' }]);
  const material = (await call('POST', `${url}/materials`, upload)).json().items[0].id;
  const { body: newer } = formOf([{ name: 'b.txt', content: 'other content' }]);
  await call('PUT', `/v1/materials/${material}/original`, newer);
  await call('DELETE', `/v1/materials/${material}`);
  const email = `${other.userId}@example.org`;
  await call('PUT', `${url}/members`, { email, role: 'editor' });
  await call('PUT', `${url}/members/${other.userId}`, { role: 'learner' });
  await call('DELETE', `${url}/members/${other.userId}`);
  const invitation = link();
  for (const role of ['learner', 'editor']) {
    const invited = await call('PUT', `${url}/members`, { email: words.guest, role });
    await setInvitationSecret(store.postgres, invited.json().id, invitation.hash);
    await (role === 'learner'
      ? call('DELETE', `${url}/members?email=${words.guest}`)
      : call('POST', '/v1/invitations/accept', { token: invitation.token }));
  }
  await call('PATCH', `/v1/ops/users/${other.userId}`, { role: 'operator' });
  await noteHashes();
  secrets.push(email);
  await assertLogged(walk, [
    ['course.create', courseId],
    ['material.add', material],
    ['material.replace', material],
    ['material.remove', material],
    ['member.set', courseId],
    ['member.set', courseId],
    ['member.remove', courseId],
    ['invitation.create', courseId],
    ['invitation.revoke', courseId],
    ['invitation.create', courseId],
    ['invitation.accept', courseId],
    ['user.set_role', other.userId],
  ]);
});

test('links in mails, the ends of logins and that of the account are logged without any secret', async () => {
  const walk = await freshWalk();
  const { store, secrets, call, enter, link, noteHashes, userId } = walk;
  const [verify, reset] = [link(), link()];
  for (const [purpose, { hash }] of [
    ['verify_email', verify],
    ['reset_password', reset],
  ] as const) {
    await replaceProof(store.postgres, { userId, purpose, tokenHash: hash, lifeMs: 60_000 });
  }
  const { email, newPassword: password } = words;
  await call('POST', '/v1/auth/verify-email', { token: verify.token });
  await call('POST', '/v1/auth/reset-password', { token: reset.token, password });
  const logIn = async () => {
    await enter('/v1/auth/login', { email, password });
    return (await listSessions(walk)).at(-1);
  };
  const first = await logIn();
  await call('POST', '/v1/auth/logout');
  const second = await logIn();
  const third = await logIn();
  await call('DELETE', `/v1/me/sessions/${second}`);
  await call('POST', '/v1/auth/logout-everywhere');
  const last = await logIn();
  await noteHashes();
  const { receiptUrl } = (await call('DELETE', '/v1/me')).json();
  secrets.push(new URL(receiptUrl, 'https://walk.example').searchParams.get('key') ?? '');
  await assertLogged(walk, [
    ['account.verify_email', userId],
    ['account.change_password', userId],
    ['login.begin', first],
    ['login.end', first],
    ['login.begin', second],
    ['login.begin', third],
    ['login.end', second],
    ['login.end_all', userId],
    ['login.begin', last],
    ['account.ask_deletion', userId],
  ]);
});
