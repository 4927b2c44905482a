import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { hashSecret } from '../access/secrets.ts';
import type { Store } from '../open.ts';
import { freshStore } from '../testing/fresh-store.ts';
import {
  deleteExpiredProofs,
  findProof,
  type ProofKey,
  replaceProof,
  takeProof,
} from './mailbox-proofs.ts';
import { newId } from './new-id.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const verify = { purpose: 'verify_email', tokenHash: hashSecret('known') } as const;

async function addPerson(): Promise<string> {
  const id = newId();
  await store.postgres
    .insertInto('users')
    .values({ id, email: `${id}@example.org`, name: 'A', password_hash: '-', role: 'user' })
    .execute();
  return id;
}

const take = (key: ProofKey) => store.postgres.transaction().execute((tx) => takeProof(tx, key));

test('a mailed secret opens once, and only what it was made for', async () => {
  const userId = await addPerson();
  await replaceProof(store.postgres, { ...verify, userId, lifeMs: 60_000 });
  assert.equal(await take({ ...verify, purpose: 'reset_password' }), undefined);
  assert.equal((await findProof(store.postgres, verify))?.userId, userId);
  assert.equal(await take(verify), userId);
  assert.equal(await take(verify), undefined);
  assert.equal(await findProof(store.postgres, verify), undefined);
});

test('a new secret replaces the one before, of the same purpose only', async () => {
  const userId = await addPerson();
  const reset = { purpose: 'reset_password', tokenHash: hashSecret('reset') } as const;
  const newer = { ...verify, tokenHash: hashSecret('newer') };
  for (const key of [verify, reset, newer]) {
    await replaceProof(store.postgres, { ...key, userId, lifeMs: 60_000 });
  }
  assert.equal(await take(verify), undefined);
  assert.equal(await take(newer), userId);
  assert.equal(await take(reset), userId);
});

test('a secret opens nothing after its time, and its row goes', async () => {
  const userId = await addPerson();
  await replaceProof(store.postgres, { ...verify, userId, lifeMs: -1 });
  assert.equal(await findProof(store.postgres, verify), undefined);
  assert.equal(await take(verify), undefined);
  assert.equal(await deleteExpiredProofs(store.postgres), 1);
});
