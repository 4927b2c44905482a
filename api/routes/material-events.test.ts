import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { open } from '@lectern/db/open';
import { setProgress } from '@lectern/db/postgres/runs';
import { catchLog } from '@lectern/db/testing/catch-log';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { followEvents, type Following } from '../testing/follow-events.ts';
import {
  type Caller,
  formOf,
  freshApi,
  listen,
  makeCourse,
  type TestApi,
} from '../testing/fresh-api.ts';

async function addMaterial(me: Caller, content = 'Words about tides.') {
  const courseId = await makeCourse(me);
  const { body, headers } = formOf([{ name: 'tides.txt', content }]);
  const answer = await me.call('POST', `/v1/courses/${courseId}/materials`, { body, headers });
  const [material] = answer.json<{ items: { id: string }[] }>().items;
  assert.ok(material);
  return { id: material.id, courseId };
}

type Followed = { readonly port: number; readonly id: string };

function follow({ port, id }: Followed, { token }: Caller, more: Record<string, string> = {}) {
  const headers = { authorization: `Bearer ${token}`, ...more };
  return followEvents(`http://127.0.0.1:${port}/v1/materials/${id}/events`, headers);
}

/** What a worker does to a material's only run, as far as others see it. */
async function work({ store }: TestApi, materialId: string, state: 'running' | 'done' | 'failed') {
  const over = state === 'running' ? {} : { finished_at: new Date(), progress: 1 };
  const error = state === 'failed' ? { error: '{"code":"bad","message":"It is bad."}' } : {};
  await store.postgres
    .updateTable('runs')
    .set({ state, started_at: new Date(), ...over, ...error })
    .where('subject', '=', materialId)
    .execute();
  await store.bus.publish(`subject:${materialId}`, JSON.stringify({ state }));
}

const statuses = ({ heard }: Following) => heard.map(({ data }) => data['status']);
const heardOf = (following: Following, status: string) =>
  until(`it tells of ${status}`, async () => statuses(following).at(-1) === status);

test('the state of now comes first, then each change, and the stream ends with the work', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const following = await follow({ port, id }, me);
  const { headers } = following.answer;
  assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('x-accel-buffering'), 'no');
  await heardOf(following, 'queued');

  await work(api, id, 'running');
  await heardOf(following, 'processing');
  const { id: runId, fence } = await api.store.postgres
    .selectFrom('runs')
    .select(['id', 'fence'])
    .where('subject', '=', id)
    .executeTakeFirstOrThrow();
  await setProgress(api.store.postgres, { id: runId, fence }, 0.6);
  await api.store.bus.publish(`subject:${id}`, '{}');
  await until('progress is told', async () => Number(following.heard.at(-1)?.data['progress']) > 0);
  const { stages, progress } = following.heard.at(-1)?.data ?? {};
  assert.ok(Array.isArray(stages));
  assert.deepEqual([stages[0].status, stages[0].progress.toFixed(1)], ['running', '0.6']);
  assert.equal(Number(progress).toFixed(2), '0.20', 'of three stages');

  await work(api, id, 'failed');
  await following.ended;
  assert.deepEqual(statuses(following), ['queued', 'processing', 'processing', 'failed']);
  const now = (await me.call('GET', `/v1/materials/${id}`)).json();
  const { progress: whole, ...last } = following.heard.at(-1)?.data ?? {};
  assert.deepEqual(last, now);
  assert.equal(whole, 1);
});

test('who comes back with the last event of an end is told that nothing follows', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const first = await follow({ port, id }, me);
  await heardOf(first, 'queued');
  first.stop();
  const lastId = String(first.heard[0]?.id);
  const again = await follow({ port, id }, me, { 'last-event-id': lastId });
  await heardOf(again, 'queued');
  assert.equal(again.heard[0]?.id, lastId, 'the same state has the same id');

  await work(api, id, 'failed');
  await again.ended;
  const end = { 'last-event-id': String(again.heard.at(-1)?.id) };
  assert.equal((await follow({ port, id }, me, end)).answer.status, 204);
  const missed = await follow({ port, id }, me, { 'last-event-id': lastId });
  await missed.ended;
  assert.deepEqual(statuses(missed), ['failed']);
});

test('many changes at once are told as the newest alone', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const following = await follow({ port, id }, me);
  await heardOf(following, 'queued');
  await work(api, id, 'running');
  const { postgres, bus } = api.store;
  for (let i = 1; i <= 50; i++) {
    const progress = i / 100;
    await postgres.updateTable('runs').set({ progress }).where('subject', '=', id).execute();
    await bus.publish(`subject:${id}`, `{"i":${i}}`);
  }
  await work(api, id, 'failed');
  await following.ended;
  assert.ok(following.heard.length < 40, `${following.heard.length} events`);
  assert.equal(statuses(following).at(-1), 'failed');
});

test('what another process does is told by this one', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const store = open(api.store.config, 'second');
  const second = await buildApp({ ...store, log: catchLog().log });
  after(async () => {
    await second.close();
    await store.close();
  });
  const following = await follow({ port: await listen(second), id }, me);
  await heardOf(following, 'queued');
  await work(api, id, 'running');
  await heardOf(following, 'processing');
});

test('a stream ends with a word when the material goes, when the role goes and when the login goes', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const [owner, member] = [await api.logIn(), await api.logIn()];
  const { id, courseId } = await addMaterial(owner);
  const body = { email: `${member.userId}@example.org`, role: 'learner' };
  await owner.call('PUT', `/v1/courses/${courseId}/members`, { body });

  const leaves = await follow({ port, id }, member);
  await heardOf(leaves, 'queued');
  await owner.call('DELETE', `/v1/courses/${courseId}/members/${member.userId}`);
  await leaves.ended;
  assert.equal(leaves.heard.at(-1)?.event, 'gone');
  assert.equal((await follow({ port, id }, member)).answer.status, 404);

  const deleted = await follow({ port, id }, owner);
  await heardOf(deleted, 'queued');
  await api.store.postgres.deleteFrom('materials').where('id', '=', id).execute();
  await api.store.bus.publish(`subject:${id}`, '{"event":"material.deleted"}');
  await deleted.ended;
  assert.deepEqual(deleted.heard.at(-1), {
    event: 'gone',
    id: undefined,
    data: { code: 4403, reason: 'The material was deleted, or is no longer yours to see.' },
  });

  const other = await addMaterial(owner);
  const loggedOut = await follow({ port, id: other.id }, owner);
  await heardOf(loggedOut, 'queued');
  await owner.call('POST', '/v1/auth/logout');
  await loggedOut.ended;
  assert.equal(loggedOut.heard.at(-1)?.data['code'], 4401);
});

test('a person has a bounded number of streams, and one that ends makes room', async () => {
  const api = await freshApi({ LECTERN_RATE_LIMIT: 'off' });
  const port = await listen(api.app);
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const many: Following[] = [];
  for (let i = 0; i < 50; i++) many.push(await follow({ port, id }, me));
  const refused = await follow({ port, id }, me);
  assert.equal(refused.answer.status, 429);
  many[0]?.stop();
  await until('there is room', async () => {
    const { answer, stop } = await follow({ port, id }, me);
    if (answer.status !== 200) stop();
    return answer.status === 200;
  });
});

test('a stop of the server ends the streams, so that it need not wait for them', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const me = await api.logIn();
  const { id } = await addMaterial(me);
  const following = await follow({ port, id }, me);
  await heardOf(following, 'queued');
  await api.app.close();
  await following.ended;
});
