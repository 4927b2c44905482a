import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { freshApi } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';

type Part = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
  readonly ms: number;
};

test('without workers the queue is not ready, and all else is', async () => {
  const api = await freshApi();
  const answer = await api.app.inject({ method: 'GET', url: '/readyz' });
  assert.equal(answer.statusCode, 503);
  const { ok, parts } = answer.json<{ ok: boolean; parts: Part[] }>();
  assert.equal(ok, false);
  assert.deepEqual(Object.fromEntries(parts.map((part) => [part.name, part.ok])), {
    database: true,
    objects: true,
    bus: true,
    cache: true,
    queue: false,
  });
  assert.match(parts.find(({ name }) => name === 'queue')?.detail ?? '', /worker/);
  const again = await api.app.inject({ method: 'GET', url: '/readyz' });
  assert.deepEqual(again.json().parts, parts, 'kept for five seconds');
});

test('a canary that comes through makes the queue ready, and there is one at a time', async () => {
  const api = await freshApi();
  const { postgres } = api.store;
  const canaries = () =>
    postgres.selectFrom('runs').selectAll().where('job', '=', 'system.canary').execute();
  const answers = [1, 2, 3].map(() => api.app.inject({ method: 'GET', url: '/readyz' }));
  await until('the canary is on its way', async () => (await canaries()).length > 0);
  // What a worker would do.
  await postgres.updateTable('runs').set({ state: 'done', finished_at: new Date() }).execute();
  for (const answer of await Promise.all(answers))
    assert.equal(answer.statusCode, 200, answer.body);
  const [canary, ...others] = await canaries();
  assert.equal(others.length, 0);
  assert.equal(canary?.owner, null);
  assert.equal((await postgres.selectFrom('outbox').select('run_id').execute()).length, 1);
});

test('files that are sealed with a key that the server does not have are named, and answered for in words', async () => {
  const OBJECTS_KEY = randomBytes(32).toString('base64');
  const before = await freshCourse({ OBJECTS_KEY });
  const [{ id }] = (await before.upload([{ name: 'a.txt', content: 'Words.' }])).json().items;
  const { DATA_DIR, DATABASE_URL } = {
    DATA_DIR: before.store.config.dataDir,
    DATABASE_URL: before.store.config.databaseUrl ?? '',
  };
  const api = await freshApi({ DATA_DIR, DATABASE_URL });
  const { parts } = (await api.app.inject({ url: '/readyz' })).json<{ parts: Part[] }>();
  const objects = parts.find(({ name }) => name === 'objects');
  assert.equal(objects?.ok, false);
  assert.match(objects?.detail ?? '', /OBJECTS_KEY/);
  const headers = { authorization: `Bearer ${before.me.token}` };
  const answer = await api.app.inject({ url: `/v1/materials/${id}/original`, headers });
  const { code, title, detail } = answer.json();
  assert.deepEqual([answer.statusCode, code], [503, 'file_sealed']);
  assert.match(`${title} ${detail}`, /sealed.*key.*whoever runs this installation/);
});

test('while the database is away the rest is still looked at', async () => {
  const api = await freshApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  const answer = await api.app.inject({ method: 'GET', url: '/readyz' });
  assert.equal(answer.statusCode, 503);
  const parts = new Map(answer.json<{ parts: Part[] }>().parts.map((part) => [part.name, part]));
  assert.equal(parts.get('database')?.ok, false);
  assert.equal(parts.get('database')?.detail, 'does not answer');
  assert.equal(parts.get('queue')?.ok, false);
  assert.equal(parts.get('objects')?.ok, true);
  assert.doesNotMatch(answer.body, /127\.0\.0\.1|ECONN/);
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 50),
    [],
  );
});
