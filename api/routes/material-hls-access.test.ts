import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from '@lectern/db/open';
import { logInAgain } from '@lectern/db/testing/log-in-as';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { addVideo } from '../testing/add-video.ts';
import type { Caller } from '../testing/fresh-api.ts';
import { askForHls, askForLinks, freshVideo } from '../testing/fresh-video.ts';
import { tinyVideo } from '../testing/insert-video.ts';
import { callWith, makeToken } from '../testing/make-token.ts';

/** A video with everything, somebody who may see it, and all addresses that this person was given. */
async function begin() {
  const fresh = await freshVideo({ made: tinyVideo });
  const learner = await fresh.logIn();
  const members = `/v1/courses/${fresh.courseId}/members`;
  const joined = await fresh.me.call('PUT', members, {
    body: { email: `${learner.userId}@example.org`, role: 'learner' },
  });
  assert.equal(joined.statusCode, 200);
  const links = await askForLinks(learner, fresh.video.materialId);
  const addresses = [...(await fresh.walk(links.hls ?? '')), links.original, links.poster ?? ''];
  const visitAll = async () => {
    const statuses = new Set<number>();
    for (const url of addresses) statuses.add((await fresh.visit(url)).statusCode);
    return [...statuses];
  };
  const removeLearner = () => fresh.me.call('DELETE', `${members}/${learner.userId}`);
  return { ...fresh, learner, links, addresses, visitAll, removeLearner };
}

/** When a link runs out, in seconds, as it says itself. */
function expiryOf(url: string): number {
  const link = new URL(url, 'http://localhost').searchParams.get('link') ?? '';
  return Buffer.from(link.split('.').at(-1) ?? '', 'base64url').readUInt32BE(17);
}

/** Of each kind of address one, without what opens it. */
function strip(addresses: readonly string[]): string[] {
  return addresses.map((url) => url.split('?')[0] ?? '');
}

test('whoever may not see the course gets no playlist, key or segment; nor does nobody', async () => {
  const { addresses, logIn, visit, learner, video } = await begin();
  const stranger = await logIn();
  const operator = await logIn('operator');
  for (const path of [...strip(addresses), `/v1/materials/${video.materialId}/playback`]) {
    assert.equal((await visit(path)).statusCode, 401, path);
    assert.equal((await stranger.call('GET', path)).statusCode, 404, path);
    assert.equal((await operator.call('GET', path)).statusCode, 404, path);
    if (!path.endsWith('original') && !path.endsWith('thumbnail')) {
      assert.equal((await learner.call('GET', path)).statusCode, 200, path);
    }
  }
});

test('a browser that is logged in needs no link, and a link that is over harms no login', async () => {
  const { master, me, visit } = await begin();
  const cookie = `lectern_session=${me.cookie}`;
  assert.equal((await visit(master, { cookie })).statusCode, 200);
  assert.equal((await visit(`${master}?link=old`, { cookie })).statusCode, 200);
  assert.equal((await visit(`${master}?link=old`)).json().code, 'link_expired');
});

test('a person who was taken out of the course is refused everything at once', async () => {
  const { visitAll, removeLearner, addresses, visit } = await begin();
  assert.ok((await visitAll()).includes(200));
  await removeLearner();
  assert.deepEqual(await visitAll(), [404]);
  for (const url of addresses) assert.equal((await visit(url)).json().code, 'not_found');
});

test('links end with the login that asked for them, and not with another of the person', async () => {
  const { visitAll, learner, store, app, visit, video } = await begin();
  const { token } = await logInAgain(store, learner.userId);
  const other = callWith({ app }, token);
  const { hls } = (await other('GET', `/v1/materials/${video.materialId}/playback`)).answer.json();
  await learner.call('POST', '/v1/auth/logout');
  await learner.call('DELETE', `/v1/me/sessions/${learner.sessionId}`);
  assert.deepEqual(await visitAll(), [410]);
  assert.equal((await visit(hls)).statusCode, 200);
});

test('a login that ended without a word is refused some seconds later', async () => {
  const { visitAll, learner, store } = await begin();
  await visitAll();
  await store.postgres.deleteFrom('sessions').where('id', '=', learner.sessionId).execute();
  await until('the links end', async () => (await visitAll()).every((status) => status === 410));
});

test('another process refuses as soon, and knows the links of this one', async () => {
  const { addresses, learner, store, removeLearner } = await begin();
  const elsewhere = open(store.config, 'elsewhere');
  const there = await buildApp(elsewhere);
  try {
    const hls = addresses.filter((url) => url.includes('/hls/'));
    const visitThere = async () => {
      const answers = [];
      for (const url of hls) answers.push((await there.inject({ method: 'GET', url })).statusCode);
      return [...new Set(answers)];
    };
    assert.deepEqual(await visitThere(), [200]);
    await removeLearner();
    assert.deepEqual(await visitThere(), [404]);
    await learner.call('POST', '/v1/auth/logout-everywhere');
    await until('it hears', async () => (await visitThere()).every((status) => status === 410));
  } finally {
    await there.close();
    await elsewhere.close();
  }
});

test('a link that has run out, was altered or is of another material opens nothing', async () => {
  const { addresses, learner, visit, store, courseId, me, video } = await begin();
  const refused = async (url: string) => {
    const { statusCode, body } = await visit(url);
    assert.equal(statusCode, 410, url);
    assert.match(body, /link_expired/);
  };
  const other = await addVideo(store, { courseId, ownerId: me.userId }, { made: tinyVideo });
  for (const url of addresses) {
    await refused(url.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')));
    await refused(url.replace(video.materialId, other.materialId));
  }
  const viewer = await store.access.findViewer({ token: learner.token, isCookie: false });
  assert.ok(viewer);
  const { materialId } = video;
  for (const url of addresses) {
    const use = url.includes('.ts') ? 'segment' : 'material';
    const over = store.access.writeViewerLink(viewer, { materialId, use }, new Date());
    await refused(`${url.split('?')[0]}?link=${over}`);
  }
});

test('who sees the link of a segment opens no other segment of another video, and no key', async () => {
  const { addresses, visit } = await begin();
  const segment = addresses.find((url) => url.includes('.ts')) ?? '';
  const query = segment.split('?')[1];
  for (const url of addresses) {
    const { statusCode } = await visit(`${url.split('?')[0]}?${query}`);
    assert.equal(statusCode, url.includes('.ts') ? 200 : 410, url);
  }
});

test('what a link leads to gives links that live no longer than it', async () => {
  const { learner, video, store, walk } = await begin();
  const viewer = await store.access.findViewer({ token: learner.token, isCookie: false });
  assert.ok(viewer);
  const target = { materialId: video.materialId, use: 'material' } as const;
  const expiresAt = new Date(Date.now() + 600_000);
  const short = store.access.writeViewerLink(viewer, target, expiresAt);
  const path = `/v1/materials/${video.materialId}/hls/master.m3u8?link=${short}`;
  const addresses = await walk(path);
  assert.ok(addresses.some((url) => url.includes('.ts')));
  for (const url of addresses) assert.equal(expiryOf(url), expiryOf(path), url);
});

test('a token gives links that it may read, and they end with it', async () => {
  const { app, learner, video, walk, visit } = await begin();
  const path = `/v1/materials/${video.materialId}/playback`;
  const writer = callWith({ app }, (await makeToken(learner, ['write'])).token);
  assert.equal((await writer('GET', path)).code, 'insufficient_scope');
  const { id, token } = await makeToken(learner, ['read']);
  const { hls } = (await callWith({ app }, token)('GET', path)).answer.json();
  const addresses = await walk(hls);
  assert.equal((await visit(addresses.at(-1) ?? '')).statusCode, 200);
  await learner.call('DELETE', `/v1/me/tokens/${id}`);
  for (const url of addresses) assert.equal((await visit(url)).statusCode, 410, url);
});

test('links to a course that was open to all end when it is closed, deleted, or the video is', async () => {
  const { me, courseId, store, logIn, visit, walk, video } = await freshVideo({ made: tinyVideo });
  const course = store.postgres.updateTable('courses').where('id', '=', courseId);
  await course.set({ visibility: 'public', status: 'published' }).execute();
  const guest: Caller = await logIn();
  const hls = await askForHls(guest, video.materialId);
  const addresses = await walk(hls);
  const statuses = async () =>
    new Set(await Promise.all(addresses.map(async (url) => (await visit(url)).statusCode)));
  assert.deepEqual([...(await statuses())], [200]);
  await course.set({ status: 'draft' }).execute();
  assert.deepEqual([...(await statuses())], [404]);
  await course.set({ status: 'published' }).execute();
  assert.deepEqual([...(await statuses())], [200]);
  await me.call('DELETE', `/v1/materials/${video.materialId}`);
  assert.deepEqual([...(await statuses())], [404]);
});

test('an account that is going sees nothing any more', async () => {
  const { learner, visitAll } = await begin();
  await learner.call('DELETE', '/v1/me');
  assert.deepEqual(await visitAll(), [410]);
});
