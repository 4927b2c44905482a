import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { sendCanary } from '@lectern/db/jobs/canary';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { insertSnapshot } from '@lectern/db/postgres/insert-snapshot';
import { newId } from '@lectern/db/postgres/new-id';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { formOf, freshApi } from '../testing/fresh-api.ts';
import {
  addCaptions,
  addStoryboard,
  endVideo,
  insertVideo,
  tinyVideo,
} from '../testing/insert-video.ts';
import { matrix } from '../testing/matrix.ts';
import {
  type Ask,
  type Person,
  persons,
  type Place,
  type Scene,
} from '../testing/matrix-columns.ts';
import { hashPassword } from './passwords.ts';

const api = await freshApi({
  LECTERN_RATE_LIMIT: 'off',
  LECTERN_LOGIN_RATE_LIMIT: 'off',
  LECTERN_ARGON2: 'm=64,t=1,p=1',
});
const { app, store } = api;
const { postgres, objects, config } = store;
await app.ready();
const passwordHash = await hashPassword('correct horse battery', config.passwordCost);
const stranger = await logInAs(store, 'user');
// So that the admin of a row is never the last.
await logInAs(store, 'admin');

type Cast = ReadonlyMap<Person, { readonly userId: string; readonly token: string }>;

/** People of their own for each row: what a row does to them no other row sees. */
async function makeCast(): Promise<Cast> {
  const cast = new Map<Person, { userId: string; token: string }>();
  for (const person of persons) {
    if (person === 'anonymous') continue;
    const role = person === 'operator' || person === 'admin' ? person : 'user';
    cast.set(person, await logInAs(store, role));
  }
  const ids = [...cast.values()].map(({ userId }) => userId);
  await postgres
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('id', 'in', ids)
    .execute();
  return cast;
}

async function makePlace(scene: Scene, cast: Cast): Promise<Place> {
  const [courseId, materialId, memberId] = [newId(), newId(), newId()];
  const ownerId = (scene === 'own' ? cast.get('owner') : stranger)?.userId ?? '';
  const objectKey = `materials/${courseId}/${materialId}/original.txt`;
  await objects.write(objectKey, Readable.from([Buffer.from('words')]));
  const thumbnailKey = objectKey.replace('original.txt', 'thumbnail.jpg');
  await objects.write(thumbnailKey, Readable.from([Buffer.from('picture')]));
  const email = `${memberId}@example.org`;
  await postgres
    .insertInto('users')
    .values({ id: memberId, email, name: 'M', password_hash: '-', role: 'user' })
    .execute();
  const isOut = scene === 'published';
  await postgres
    .insertInto('courses')
    .values({
      id: courseId,
      owner_id: ownerId,
      title: 'Course',
      level: null,
      visibility: isOut ? 'public' : 'private',
      status: isOut ? 'published' : 'draft',
    })
    .execute();
  const roles: readonly CourseRole[] =
    scene === 'own' ? ['learner', 'commenter', 'editor', 'owner'] : [];
  const member = (userId: string, role: CourseRole) => {
    return { course_id: courseId, user_id: userId, role };
  };
  const members = roles.map((role) => member(cast.get(role)?.userId ?? '', role));
  if (scene !== 'own') members.push(member(ownerId, 'owner'));
  members.push(member(memberId, 'learner'));
  await postgres.insertInto('course_members').values(members).execute();
  await postgres
    .insertInto('materials')
    .values({
      id: materialId,
      course_id: courseId,
      owner_id: ownerId,
      file_name: 'a.txt',
      media_type: 'text/plain',
      kind: 'text',
      size_bytes: 5,
      sha256: materialId,
      object_key: objectKey,
      language: null,
    })
    .execute();
  await postgres
    .insertInto('pages')
    .values({ material_id: materialId, number: 1, text: 'words', place: '{}' })
    .execute();
  const owner = stranger.userId;
  const jobId = await postgres
    .transaction()
    .execute((tx) => enqueue(tx, sendCanary, {}, { owner }));
  const newEmail = `${newId()}@example.org`;
  const commentId = newId();
  await postgres
    .insertInto('comments')
    .values({
      id: commentId,
      course_id: courseId,
      parent_id: null,
      target_kind: 'course',
      target_id: null,
      author_id: stranger.userId,
      body: 'Words.',
    })
    .execute();
  const snapshotId = await postgres.transaction().execute((tx) =>
    insertSnapshot(tx, {
      courseId,
      version: 0,
      kind: 'manual',
      message: 'Empty',
      graph: { nodes: [], edges: [] },
      createdBy: stranger.userId,
    }),
  );
  const made = { courseId, materialId, commentId, snapshotId, memberId, jobId };
  return { ...made, unknownId: newId(), newEmail };
}

async function addVideo(place: Place): Promise<void> {
  await insertVideo(store, place, tinyVideo);
  await endVideo(store, place.materialId);
  await addStoryboard(store, place);
  await addCaptions(store, place.materialId);
}

async function ask(
  method: string,
  { url, headers, body, form, files, isEndless = false }: Ask,
  token: string | undefined,
) {
  const uploaded = files && formOf(files);
  const answer = await app.inject({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a method of a route that there is
    method: method as 'GET',
    url,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...uploaded?.headers,
      ...headers,
    },
    ...((body ?? form ?? uploaded) && {
      payload: body ?? uploaded?.body ?? new URLSearchParams(form).toString(),
    }),
    payloadAsStream: isEndless,
  });
  if (isEndless) answer.stream().destroy();
  return answer;
}

const scenes: readonly Scene[] = ['own', 'private', 'published'];

for (const [route, row] of Object.entries(matrix)) {
  test(`who may ${route}`, async () => {
    const cast = await makeCast();
    const [method = 'GET'] = route.startsWith('/') ? [] : route.split(' ');
    for (const scene of 'any' in row ? (['own'] as const) : scenes) {
      const expected = ('any' in row ? row.any : row[scene]).trim().split(/\s+/).map(Number);
      assert.equal(expected.length, persons.length, `${route} has a status for each person`);
      const got: number[] = [];
      let place: Place | undefined;
      for (const person of persons) {
        // Who only looks finds it as it was.
        if (place === undefined || method !== 'GET') {
          place = await makePlace(scene, cast);
          if (row.isVideo === true) await addVideo(place);
        }
        const answer = await ask(method, row.ask(place), cast.get(person)?.token);
        got.push(answer.statusCode);
        if (answer.statusCode === 500) assert.fail(`${person}: ${answer.body}`);
      }
      const show = (statuses: readonly number[]) =>
        persons.map((person, i) => `${person} ${statuses[i]}`);
      assert.deepEqual(show(got), show(expected), `${route} in the scene "${scene}"`);
    }
  });
}

test('every route has a row, and every row is of a route', () => {
  const routes = app.guardedRoutes.filter(({ method }) => method !== 'HEAD');
  const keys = routes.map(({ method, url }) => (url === '/ops/*' ? url : `${method} ${url}`));
  assert.deepEqual([...new Set(keys)].toSorted(), Object.keys(matrix).toSorted());
});

test('HEAD is for whoever GET is for', () => {
  for (const { method, url, access } of app.guardedRoutes) {
    if (method !== 'HEAD') continue;
    const get = app.guardedRoutes.find((other) => other.url === url && other.method === 'GET');
    // `/docs` answers GET by the route of `/docs/`.
    assert.equal(access, url === '/docs' ? 'public' : get?.access, url);
  }
});

test('a route that does not say who it is for keeps the server from starting', async () => {
  const { app: other } = await freshApi();
  other.get('/v1/forgotten', async () => 'seen by all');
  await assert.rejects(
    async () => other.ready(),
    /GET \/v1\/forgotten does not say who may call it/,
  );
});

test('lists and search show of courses only what the asker may see', async () => {
  const cast = await makeCast();
  const places = new Map<string, Scene>();
  for (const scene of scenes) {
    const { courseId, materialId } = await makePlace(scene, cast);
    places.set(courseId, scene);
    await postgres
      .insertInto('chunks')
      .values({
        id: newId(),
        material_id: materialId,
        course_id: courseId,
        number: 1,
        text: `zebra ${courseId}`,
        place: '{}',
        language: 'english',
      })
      .execute();
  }
  const all: Scene[] = ['own', 'private', 'published'];
  const expected: Partial<Record<Person, Scene[]>> = {
    other: ['published'],
    learner: ['own', 'published'],
    commenter: ['own', 'published'],
    editor: ['own', 'published'],
    owner: ['own', 'published'],
    operator: ['published'],
    admin: all,
  };
  for (const [person, { token }] of cast) {
    const scenesOf = (answer: Awaited<ReturnType<typeof ask>>, key: 'id' | 'courseId') => {
      const { items } = answer.json<{ items: { id: string; courseId: string }[] }>();
      return items.flatMap((item) => places.get(item[key]) ?? []).toSorted();
    };
    const found = await ask('GET', { url: '/v1/search?q=zebra&limit=100' }, token);
    assert.deepEqual(scenesOf(found, 'courseId'), expected[person], `${person} searches`);
    const listed = await ask('GET', { url: '/v1/courses?limit=100' }, token);
    assert.deepEqual(scenesOf(listed, 'id'), expected[person], `${person} lists`);
  }
});
