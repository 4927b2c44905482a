import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import { sendCanary } from '@lectern/db/jobs/canary';
import { extractMaterial } from '@lectern/db/jobs/extract';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { exportKeyOf } from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun } from '@lectern/db/postgres/runs';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addCourse, addPerson } from '../testing/add-account.ts';
import { addMaterial } from '../testing/add-material.ts';
import { askForExport } from '../testing/export-account.ts';
import { runTwice } from '../testing/run-twice.ts';
import { tidyWorker } from './worker.ts';

const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3_600_000);
let store: Store;
before(async () => {
  store = await freshStore();
});

const tidy = () => runTwice(store, tidyWorker, { payload: {} });

test('old ended runs about no row go; young ones, open ones and those of a subject stay', async () => {
  const add = async (change: object, subject?: string) => {
    const id = await store.postgres
      .transaction()
      .execute((tx) => enqueue(tx, sendCanary, {}, subject === undefined ? {} : { subject }));
    await store.postgres.updateTable('runs').set(change).where('id', '=', id).execute();
    return id;
  };
  const old = await add({ state: 'done', finished_at: twoDaysAgo });
  const kept = [
    await add({ state: 'done', finished_at: new Date() }),
    await add({ state: 'done', finished_at: twoDaysAgo }, newId()),
    await add({ state: 'failed', finished_at: twoDaysAgo }),
    await add({ created_at: twoDaysAgo }),
  ];
  const ofGone = await store.postgres.transaction().execute((tx) => {
    const materialId = newId();
    return enqueue(tx, extractMaterial, { materialId }, { subject: materialId });
  });
  const cancelled = { state: 'cancelled', finished_at: twoDaysAgo } as const;
  await store.postgres.updateTable('runs').set(cancelled).where('id', '=', ofGone).execute();
  await tidy();
  assert.equal(await findRun(store.postgres, old), undefined);
  assert.equal(await findRun(store.postgres, ofGone), undefined, 'of a material that is gone');
  for (const id of kept) assert.ok(await findRun(store.postgres, id));
});

test('files without a material go once they are old; files of materials stay', async () => {
  const { key } = await addMaterial(store, { bytes: Buffer.from('kept') });
  const stray = `materials/${newId()}/${newId()}/original.txt`;
  const young = `materials/${newId()}/${newId()}/original.txt`;
  for (const one of [stray, young])
    await store.objects.write(one, Readable.from([Buffer.from('x')]));
  for (const one of [stray, key]) {
    await utimes(join(store.config.dataDir, 'objects', one), twoDaysAgo, twoDaysAgo);
  }
  await tidy();
  assert.equal(await store.objects.stat(stray), undefined);
  assert.ok(await store.objects.stat(young));
  assert.ok(await store.objects.stat(key));
});

test('files of exports without a row go once they are old', async () => {
  const { id: userId } = await addPerson(store);
  const kept = exportKeyOf({ id: await askForExport(store, userId), user_id: userId });
  const stray = exportKeyOf({ id: newId(), user_id: userId });
  for (const key of [kept, stray]) {
    await store.objects.write(key, Readable.from([Buffer.from('zip')]));
    await utimes(join(store.config.dataDir, 'objects', key), twoDaysAgo, twoDaysAgo);
  }
  await tidy();
  assert.ok(await store.objects.stat(kept));
  assert.equal(await store.objects.stat(stray), undefined);
});

test('exports that ran out go with their files', async () => {
  const { id: userId } = await addPerson(store);
  const lasting = await askForExport(store, userId);
  const [old, unwritten] = [await askForExport(store, userId), await askForExport(store, userId)];
  await store.postgres
    .updateTable('exports')
    .set({ expires_at: twoDaysAgo })
    .where('id', 'in', [old, unwritten])
    .execute();
  const keys = [lasting, old].map((id) => exportKeyOf({ id, user_id: userId }));
  for (const key of keys) await store.objects.write(key, Readable.from([Buffer.from('zip')]));
  await tidy();
  const left = await store.postgres
    .selectFrom('exports')
    .select('id')
    .where('user_id', '=', userId)
    .execute();
  assert.deepEqual(left, [{ id: lasting }]);
  const stats = await Promise.all(keys.map((key) => store.objects.stat(key)));
  assert.deepEqual(
    stats.map((stat) => stat?.key),
    [keys[0], undefined],
  );
});

test('logins and mailed links go when they run out; tokens and invitations a month later', async () => {
  const { id: user_id } = await addPerson(store);
  const course_id = await addCourse(store, [{ id: user_id, role: 'owner' }]);
  const dayMs = 24 * 3_600_000;
  const [alive, lapsed, forgotten] = [1, -2, -31].map(
    (days) => new Date(Date.now() + days * dayMs),
  );
  assert.ok(alive && lapsed && forgotten);
  const hash = () => Buffer.from(newId());
  const login = (expires_at: Date) => ({
    id: newId(),
    user_id,
    cookie_hash: hash(),
    family_hash: hash(),
    current_hash: hash(),
    expires_at,
  });
  const token = (expires_at: Date) => ({
    id: newId(),
    user_id,
    name: 'Laptop',
    token_hash: hash(),
    scopes: ['read'],
    expires_at,
  });
  const invitation = (expires_at: Date) => ({
    id: newId(),
    course_id,
    email: `${newId()}@example.org`,
    role: 'learner' as const,
    invited_by: null,
    expires_at,
  });
  const logins = [login(alive), login(lapsed)];
  const tokens = [token(alive), token(lapsed), token(forgotten)];
  const invitations = [invitation(alive), invitation(lapsed), invitation(forgotten)];
  const proofs = [
    { user_id, purpose: 'verify_email' as const, token_hash: hash(), expires_at: alive },
    { user_id, purpose: 'reset_password' as const, token_hash: hash(), expires_at: lapsed },
  ];
  const { postgres } = store;
  await postgres.insertInto('sessions').values(logins).execute();
  await postgres.insertInto('tokens').values(tokens).execute();
  await postgres.insertInto('invitations').values(invitations).execute();
  await postgres.insertInto('mailbox_proofs').values(proofs).execute();

  await tidy();
  const left = await Promise.all([
    postgres.selectFrom('sessions').select('id').where('user_id', '=', user_id).execute(),
    postgres.selectFrom('tokens').select('id').where('user_id', '=', user_id).execute(),
    postgres.selectFrom('invitations').select('id').where('course_id', '=', course_id).execute(),
    postgres
      .selectFrom('mailbox_proofs')
      .select('purpose as id')
      .where('user_id', '=', user_id)
      .execute(),
  ]);
  assert.deepEqual(
    left.map((rows) => rows.map(({ id }) => id).toSorted()),
    [
      [logins[0]?.id],
      [tokens[0]?.id, tokens[1]?.id],
      [invitations[0]?.id, invitations[1]?.id],
      ['verify_email'],
    ],
  );
});
