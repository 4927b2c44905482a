import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from '../open.ts';
import { endSessions } from '../postgres/sessions.ts';
import { freshConfig, freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { until } from '../testing/until.ts';
import { openTokenKeys, tokenKeysFile } from './token-keys.ts';
import { openViewers } from './viewers.ts';

async function fresh() {
  const store = await freshStore();
  const login = await logInAs(store, 'user');
  let nowMs = Date.now();
  const keys = openTokenKeys(tokenKeysFile(store.config));
  const viewers = openViewers(store.postgres, keys, () => nowMs);
  const credential = { token: login.token, isCookie: false };
  const find = async () => (await viewers.find(credential))?.role;
  const setRole = (role: 'admin' | 'user') =>
    store.postgres.updateTable('users').set({ role }).where('id', '=', login.userId).execute();
  return { store, login, viewers, find, setRole, later: (ms: number) => (nowMs += ms) };
}

test('a person is looked up once in some seconds, and then again', async () => {
  const { find, setRole, later } = await fresh();
  assert.equal(await find(), 'user');
  await setRole('admin');
  later(3_900);
  assert.equal(await find(), 'user');
  later(200);
  assert.equal(await find(), 'admin');
});

test('whoever is forgotten is looked up at once, and others are not', async () => {
  const { store, viewers, find, setRole, login } = await fresh();
  const other = await logInAs(store, 'user');
  const findOther = () => viewers.find({ token: other.cookie, isCookie: true });
  assert.ok((await findOther()) && (await find()));
  await setRole('admin');
  await store.postgres.deleteFrom('sessions').where('id', '=', other.sessionId).execute();
  viewers.forget(login.userId);
  assert.equal(await find(), 'admin');
  assert.ok(await findOther());
  viewers.forget(undefined);
  assert.equal(await findOther(), undefined);
});

test('what was being looked up while it changed is not kept', async () => {
  const { viewers, find, setRole, login } = await fresh();
  const early = find();
  viewers.forget(login.userId);
  await setRole('admin');
  await early;
  assert.equal(await find(), 'admin');
});

test('an access token ends with its login', async () => {
  const { store, find, later, login } = await fresh();
  assert.equal(await find(), 'user');
  await store.postgres.transaction().execute((tx) => endSessions(tx, { userId: login.userId }));
  later(4_100);
  assert.equal(await find(), undefined);
});

test('an account that is going has no viewer', async () => {
  const { store, find, later } = await fresh();
  await store.postgres.updateTable('users').set({ deleting_at: new Date() }).execute();
  later(4_100);
  assert.equal(await find(), undefined);
});

test('a change that one process announces is known to the others', async () => {
  const config = await freshConfig();
  const [here, there] = [open(config, 'here'), open(config, 'there')];
  try {
    const login = await logInAs(here, 'user');
    const credential = { token: login.token, isCookie: false };
    const seen: (string | undefined)[] = [];
    there.access.onChange((userId) => seen.push(userId));
    assert.equal((await there.access.findViewer(credential))?.role, 'user');
    await until('it hears', async () => {
      await here.access.announceChange(login.userId);
      return seen.includes(login.userId);
    });
    await here.postgres.updateTable('users').set({ role: 'operator' }).execute();
    await here.access.announceChange(login.userId);
    await until('it knows', async () => {
      return (await there.access.findViewer(credential))?.role === 'operator';
    });
  } finally {
    await here.close();
    await there.close();
  }
});
