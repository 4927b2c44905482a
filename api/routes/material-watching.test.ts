import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logInAgain } from '@lectern/db/testing/log-in-as';
import { callWith, makeToken } from '../testing/make-token.ts';
import type { Caller } from '../testing/fresh-api.ts';
import { freshVideo } from '../testing/fresh-video.ts';

type Watched = { position: number; watched?: number[][]; at?: string };

/** A video of 16 seconds, its author and somebody who learns from it. */
async function begin() {
  const fresh = await freshVideo({ only: 'audio' });
  const learner = await fresh.logIn();
  const members = `/v1/courses/${fresh.courseId}/members`;
  const body = { email: `${learner.userId}@example.org`, role: 'learner' };
  await fresh.me.call('PUT', members, { body });
  const url = `/v1/materials/${fresh.video.materialId}/watching`;
  const put = (caller: Caller, given: Watched) => caller.call('PUT', url, { body: given });
  const read = async (caller: Caller) => (await caller.call('GET', url)).json();
  const leave = () => fresh.me.call('DELETE', `${members}/${learner.userId}`);
  return { ...fresh, learner, url, put, read, leave };
}

const nothing = {
  position: 0,
  resumeAt: 0,
  watched: [],
  share: 0,
  completedAt: null,
  updatedAt: null,
};

test('what one has watched is kept for oneself, and where one left', async () => {
  const { me, learner, put, read } = await begin();
  assert.deepEqual(await read(learner), nothing);
  const answer = await put(learner, {
    position: 8,
    watched: [
      [0, 4],
      [3, 8],
    ],
  });
  assert.equal(answer.statusCode, 200);
  const { updatedAt, ...written } = answer.json();
  assert.deepEqual(written, {
    position: 8,
    resumeAt: 8,
    watched: [[0, 8]],
    share: 0.5,
    completedAt: null,
  });
  assert.deepEqual(await read(learner), { ...written, updatedAt });
  assert.deepEqual(await read(me), nothing, 'nobody sees that of others');
});

test('nine tenths are all of it: that stays, and one begins anew', async () => {
  const { learner, put, read, store } = await begin();
  const almost = await put(learner, { position: 14.3, watched: [[0, 14.3]] });
  assert.equal(almost.json().completedAt, null);
  const done = await put(learner, { position: 16, watched: [[13, 16]] });
  assert.deepEqual([done.json().share, done.json().resumeAt], [1, 0]);
  const { completedAt } = done.json();
  assert.ok(Date.parse(completedAt) <= Date.now());
  await put(learner, { position: 2 });
  await store.postgres.updateTable('materials').set({ duration_ms: 160_000 }).execute();
  const later = (await put(learner, { position: 3 })).json();
  assert.deepEqual([later.share, later.resumeAt, later.completedAt], [0.1, 3, completedAt]);
  assert.equal((await read(learner)).completedAt, completedAt);
});

test('what comes late adds what was watched, and does not set the position back', async () => {
  const { learner, put } = await begin();
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const [early, late] = [at(20), at(10)];
  await put(learner, { position: 12, watched: [[10, 12]], at: late });
  const answer = await put(learner, { position: 4, watched: [[0, 4]], at: early });
  assert.deepEqual(
    [answer.json().position, answer.json().watched],
    [
      12,
      [
        [0, 4],
        [10, 12],
      ],
    ],
  );
  const again = await put(learner, { position: 12, watched: [[10, 12]], at: late });
  assert.deepEqual(again.json().watched, answer.json().watched);
  // A clock that is ahead by a day is not believed for a day.
  await put(learner, { position: 5, at: at(-86_400) });
  assert.equal((await put(learner, { position: 6 })).json().position, 6);
});

test('of what several windows tell at once nothing is lost', async () => {
  const { app, store, learner, url, read } = await begin();
  const { token } = await logInAgain(store, learner.userId);
  const headers = { authorization: `Bearer ${token}` };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      app.inject({
        method: 'PUT',
        url,
        headers,
        body: { position: 2 * i, watched: [[2 * i, 2 * i + 0.9]] },
      }),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
  const { watched, share } = await read(learner);
  assert.equal(watched.length, 8);
  assert.equal(share, 0.45);
});

test('what lies beyond the end does not count, and what makes no sense is refused', async () => {
  const { learner, put, url } = await begin();
  const beyond = await put(learner, {
    position: 99,
    watched: [
      [15, 99],
      [100, 200],
    ],
  });
  assert.deepEqual([beyond.json().position, beyond.json().watched], [16, [[15, 16]]]);
  const wrong: unknown[] = [
    {},
    { position: -1 },
    { position: '3' },
    { position: 1e9 },
    { position: 1, watched: [[4, 3]] },
    { position: 1, watched: [[4]] },
    { position: 1, watched: [[1, 2, 3]] },
    { position: 1, watched: [[-1, 2]] },
    { position: 1, watched: Array.from({ length: 201 }, () => [0, 1]) },
    { position: 1, at: 'yesterday' },
    { position: 1, userId: learner.userId },
  ];
  for (const body of wrong) {
    const answer = await learner.call('PUT', url, { body: Object(body) });
    assert.equal(answer.json().code, 'invalid_request', JSON.stringify(body));
  }
});

test('whoever may no longer see the course neither reads nor writes, and finds it again later', async () => {
  const { learner, put, url, leave, read, me, courseId, logIn } = await begin();
  const stranger = await logIn();
  assert.equal((await put(stranger, { position: 1 })).statusCode, 404);
  await put(learner, { position: 5, watched: [[0, 5]] });
  await leave();
  assert.equal((await put(learner, { position: 6 })).statusCode, 404);
  assert.equal((await learner.call('GET', url)).statusCode, 404);
  const body = { email: `${learner.userId}@example.org`, role: 'learner' };
  await me.call('PUT', `/v1/courses/${courseId}/members`, { body });
  assert.equal((await read(learner)).position, 5);
});

test('a token that may only read puts nothing down', async () => {
  const { app, learner, url } = await begin();
  const { token } = await makeToken(learner, ['read']);
  const call = callWith({ app }, token);
  assert.equal((await call('GET', url)).status, 200);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await app.inject({ method: 'PUT', url, headers, body: { position: 1 } });
  assert.equal(answer.json().code, 'insufficient_scope');
});

test('until its length is known nothing of a video is watched; with the video goes what was', async () => {
  const { learner, put, url, store, me, video } = await begin();
  await put(learner, { position: 5, watched: [[0, 5]] });
  const materials = store.postgres.updateTable('materials');
  await materials.set({ duration_ms: null }).execute();
  assert.equal((await learner.call('GET', url)).json().code, 'material_not_ready');
  assert.equal((await put(learner, { position: 6 })).json().code, 'material_not_ready');
  await materials.set({ kind: 'text' }).execute();
  assert.equal((await learner.call('GET', url)).statusCode, 404);
  assert.equal((await me.call('DELETE', `/v1/materials/${video.materialId}`)).statusCode, 200);
  assert.deepEqual(await store.postgres.selectFrom('watching').selectAll().execute(), []);
});
