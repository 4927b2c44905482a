import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addCourse, addPerson, addUpload } from '../testing/add-account.ts';
import { askForExport, readExport, writeExport } from '../testing/export-account.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('no secret is in an export, nor its hash, nor the address of another person', async () => {
  const [ann, bob] = [await addPerson(store), await addPerson(store)];
  const courseId = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'owner' },
  ]);
  const { sha256 } = await addUpload(store, { courseId, ownerId: ann.id });
  const hashes = Array.from({ length: 8 }, () => randomBytes(32));
  const [cookie, family, current, previous, salt, token, mine, theirs] = hashes;
  assert.ok(cookie && family && current && previous && salt && token && mine && theirs);
  const expires_at = new Date(Date.now() + 60_000);
  await store.postgres
    .insertInto('sessions')
    .values({
      id: newId(),
      user_id: ann.id,
      cookie_hash: cookie,
      family_hash: family,
      current_hash: current,
      previous_hash: previous,
      salt,
      user_agent: 'Firefox',
      address: '10.0.0.9',
      expires_at,
    })
    .execute();
  await store.postgres
    .insertInto('tokens')
    .values({
      id: newId(),
      user_id: ann.id,
      name: 'Laptop',
      token_hash: token,
      scopes: ['read'],
      expires_at,
    })
    .execute();
  const invite = { course_id: courseId, role: 'learner' as const, expires_at };
  await store.postgres
    .insertInto('invitations')
    .values([
      { ...invite, id: newId(), email: bob.email, invited_by: ann.id, token_hash: mine },
      { ...invite, id: newId(), email: ann.email, invited_by: bob.id, token_hash: theirs },
    ])
    .execute();

  const exportId = await askForExport(store, ann.id);
  await writeExport(store, exportId);
  const { files, json } = await readExport(store, { userId: ann.id, exportId });
  const all = Buffer.concat([...files.values()]).toString('latin1');
  for (const hash of [...hashes, Buffer.from(sha256, 'hex')]) {
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      assert.ok(!all.includes(hash.toString(form)));
    }
    assert.ok(!all.includes(JSON.stringify([...hash]).slice(1, -1)));
  }
  assert.ok(!all.includes('argon2'));
  assert.ok(!all.includes(bob.email));
  assert.equal(json('logins.json')[0].userAgent, 'Firefox');
  assert.equal(json('tokens.json')[0].name, 'Laptop');
  const invitations: Record<string, unknown>[] = json('invitations.json');
  assert.deepEqual(
    invitations.map(({ direction, email }) => [direction, email]),
    [
      ['sent', `${bob.email.slice(0, 1)}…@example.org`],
      ['received', ann.email],
    ],
  );
});

test('a hostile file name stays in its folder; a file that is missing is named and stops nothing', async () => {
  const ann = await addPerson(store);
  const courseId = await addCourse(store, [{ id: ann.id, role: 'owner' }]);
  const fileName = '../../../etc/cron.d/\u202Egpj.exe';
  const hostile = await addUpload(store, { courseId, ownerId: ann.id, fileName });
  const gone = await addUpload(store, { courseId, ownerId: ann.id, fileName: 'gone.txt' });
  await store.objects.remove(gone.key);

  const exportId = await askForExport(store, ann.id);
  assert.equal((await writeExport(store, exportId)).state, 'done');
  const { files, json } = await readExport(store, { userId: ann.id, exportId });
  const stored = [...files.keys()].filter((name) => name.startsWith('materials/'));
  assert.deepEqual(stored, [`materials/${hostile.id}/_.._.._etc_cron.d_gpj.exe`]);
  assert.deepEqual(files.get(stored[0] ?? ''), hostile.bytes);
  const missing = json('missing.json');
  assert.deepEqual(missing, [{ materialId: gone.id, fileName: 'gone.txt' }]);
  assert.equal(json('materials.json')[0].fileName, fileName);
});
