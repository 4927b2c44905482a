import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import { sendCanary } from '@lectern/db/jobs/canary';
import type { Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun } from '@lectern/db/postgres/runs';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
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
  await tidy();
  assert.equal(await findRun(store.postgres, old), undefined);
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

test('expired logins go', async () => {
  const { userId } = { userId: newId() };
  await store.postgres
    .insertInto('users')
    .values({
      id: userId,
      email: `${userId}@example.org`,
      name: 'A',
      password_hash: '-',
      role: 'user',
    })
    .execute();
  const session = (expiresAt: Date) => ({
    id: newId(),
    user_id: userId,
    token_hash: Buffer.from(newId()),
    expires_at: expiresAt,
  });
  const alive = session(new Date(Date.now() + 60_000));
  await store.postgres
    .insertInto('sessions')
    .values([session(twoDaysAgo), alive])
    .execute();
  await tidy();
  const left = await store.postgres
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .execute();
  assert.deepEqual(left, [{ id: alive.id }]);
});
