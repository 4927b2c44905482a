import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';

test('figures are for this machine and for operators, and for nobody else', async () => {
  const api = await freshApi({ TRUST_PROXY: '1' });
  const status = async (options: object) =>
    (await api.app.inject({ method: 'GET', url: '/metrics', ...options })).statusCode;
  const bearer = async (role: 'user' | 'operator' | 'admin') => ({
    authorization: `Bearer ${(await api.logIn(role)).token}`,
  });
  assert.equal(await status({}), 200);
  assert.equal(await status({ remoteAddress: '::ffff:127.0.0.1' }), 200);
  const away = { remoteAddress: '10.1.2.3' };
  assert.equal(await status(away), 401);
  // A proxy on this machine asks for somebody else.
  assert.equal(await status({ headers: { 'x-forwarded-for': '127.0.0.1' } }), 401);
  assert.equal(await status({ ...away, headers: await bearer('user') }), 403);
  assert.equal(await status({ ...away, headers: await bearer('operator') }), 200);
  assert.equal(await status({ ...away, headers: await bearer('admin') }), 200);
});

test('requests are counted by route, and the ledger by job', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  await me.call(
    'POST',
    `/v1/courses/${courseId}/materials`,
    formOf([{ name: 'a.txt', content: 'x' }]),
  );
  await me.call('GET', `/v1/courses/${newId()}`);
  const { postgres } = api.store;
  await postgres
    .updateTable('runs')
    .set({ run_at: new Date(Date.now() - 90_000) })
    .execute();
  const run = await postgres.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  await postgres
    .insertInto('dead_letters')
    .values({
      id: newId(),
      run_id: run.id,
      job: 'material.index',
      owner: null,
      payload: '{}',
      error: '{"code":"x","message":"x"}',
    })
    .execute();
  const { body } = await me.call('GET', '/metrics');
  const lines = new Set(body.split('\n'));
  assert.ok(
    lines.has(
      'http_request_duration_seconds_count{method="POST",route="/v1/courses/:id/materials",status="202"} 1',
    ),
  );
  assert.ok(
    lines.has(
      'http_request_duration_seconds_count{method="GET",route="/v1/courses/:id",status="404"} 1',
    ),
  );
  assert.ok(lines.has('lectern_queue_waiting{job="material.extract"} 1'));
  assert.ok(lines.has('lectern_queue_running{job="material.extract"} 0'));
  assert.ok(lines.has('lectern_queue_dead{job="material.index"} 1'));
  assert.ok(lines.has('lectern_database_up 1'));
  const oldest = /lectern_queue_oldest_seconds\{job="material.extract"\} ([\d.]+)/.exec(body)?.[1];
  assert.ok(Number(oldest) >= 89 && Number(oldest) < 200, oldest);
  assert.doesNotMatch(body, new RegExp(courseId), 'no id makes a series');
});

test('figures are there while the database is away, and say so', async () => {
  const api = await freshApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  const { statusCode, body } = await api.app.inject({ method: 'GET', url: '/metrics' });
  assert.equal(statusCode, 200);
  assert.match(body, /^lectern_database_up 0$/m);
});
