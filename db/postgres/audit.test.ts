import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { freshStore } from '../testing/fresh-store.ts';
import { maskEmail, writeAudit } from './audit.ts';

test('nothing that is logged can be changed or removed', async () => {
  const { postgres } = await freshStore();
  const author = { userId: null, requestId: 'request-1', address: null };
  const change = { action: 'house.open', subject: { type: 'house', id: null } };
  await postgres.transaction().execute((tx) => writeAudit(tx, author, change));
  const read = () => postgres.selectFrom('audit_log').selectAll().execute();
  const before = await read();
  for (const statement of [
    sql`update audit_log set action = 'nothing'`,
    sql`update audit_log set actor_id = null where false`,
    sql`delete from audit_log`,
    sql`truncate audit_log`,
    sql`truncate audit_log, users cascade`,
    sql`insert into audit_log (id, action, subject_type)
      select id, action, subject_type from audit_log
      on conflict (id) do update set action = 'nothing'`,
  ]) {
    await assert.rejects(statement.execute(postgres), /audit_log is append only/);
  }
  assert.equal(before.length, 1);
  assert.deepEqual(await read(), before);
});

test('a change that is rolled back is not logged', async () => {
  const { postgres } = await freshStore();
  const author = { userId: null, requestId: null, address: null };
  const act = postgres.transaction().execute(async (tx) => {
    await writeAudit(tx, author, { action: 'a.b', subject: { type: 'a', id: null } });
    throw new Error('it did not happen');
  });
  await assert.rejects(act, /it did not happen/);
  assert.deepEqual(await postgres.selectFrom('audit_log').select('id').execute(), []);
});

test('of an address enough is kept to know it again, and too little to write to it', () => {
  assert.equal(maskEmail('grace.hopper@example.org'), 'g…@example.org');
  assert.equal(maskEmail('g@example.org'), 'g…@example.org');
  assert.equal(maskEmail('"a@b"@example.org'), '"…@example.org');
});
