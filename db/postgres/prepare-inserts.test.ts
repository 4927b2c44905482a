import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { sendCanary } from '../jobs/canary.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { withRun } from './enqueue.ts';
import { newId } from './new-id.ts';

async function freshInserts() {
  const store = await freshStore({ env: { LECTERN_DATABASE_POOL: '2' } });
  const { postgres } = store;
  const { userId } = await logInAs(store, 'user');
  const insert = (title: string) =>
    withRun(postgres, sendCanary, {})
      .insertInto('courses')
      .values({ id: newId(), owner_id: userId, title, level: null })
      .returning('title')
      .executeTakeFirstOrThrow();
  const listPlans = async () => {
    const { rows } = await sql<{ statement: string }>`
      select statement from pg_prepared_statements order by statement`.execute(postgres);
    return rows.map(({ statement }) => statement.slice(0, 30));
  };
  return { postgres, insert, listPlans };
}

test('the server keeps the plan of an insert, once for all its rows, and of nothing else', async () => {
  const { postgres, insert, listPlans } = await freshInserts();
  for (const title of ['a', 'b', 'c']) assert.deepEqual(await insert(title), { title });
  await postgres.selectFrom('courses').select('id').where('title', '=', 'a').execute();
  await postgres.updateTable('courses').set({ title: 'd' }).execute();
  const plans = await listPlans();
  assert.equal(plans.filter((text) => text.startsWith('with "new_run" as (insert')).length, 1);
  assert.ok(
    plans.every((text) => /^(with "\w+" as \()?insert /.test(text)),
    plans.join('\n'),
  );
  assert.equal((await postgres.selectFrom('runs').select('id').execute()).length, 3);
});

test('an insert goes on after the table was changed under its plan', async () => {
  const { postgres, insert } = await freshInserts();
  for (let i = 0; i < 8; i++) await insert('before');
  await postgres.schema.alterTable('courses').addColumn('colour', 'text').execute();
  await postgres.schema.alterTable('courses').dropColumn('colour').execute();
  for (let i = 0; i < 8; i++) assert.deepEqual(await insert('after'), { title: 'after' });
});

test('a statement with too many rows to come again is not kept', async () => {
  const { postgres, listPlans } = await freshInserts();
  const rows = Array.from({ length: 300 }, (_, i) => ({ name: `s${i}`, next_at: new Date() }));
  await postgres.insertInto('schedules').values(rows).execute();
  assert.deepEqual(
    (await listPlans()).filter((text) => text.includes('schedules')),
    [],
  );
});
