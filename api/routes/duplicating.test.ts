import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyCourseFiles } from '@lectern/db/jobs/course';
import { copiedMaterialId } from '@lectern/db/postgres/copied-files';
import { formOf, freshApi } from '../testing/fresh-api.ts';
import { addEdge, addNode, freshSnapshots, richText } from '../testing/fresh-snapshots.ts';

const api = await freshApi();
const { postgres } = api.store;

const listCopies = (courseId: string) =>
  postgres.selectFrom('runs').select('payload').where('subject', '=', courseId).execute();

test('a copy says the same, and is a private draft of whoever made it', async () => {
  const { owner, courseId, url, edit, ask, readGraph, addMember, keep } = await freshSnapshots(api);
  const words = { description: 'Of tides.', level: 'first year', tags: ['sea', 'moon'] };
  const { headers } = await owner.call('GET', url);
  await owner.call('PATCH', url, {
    body: { ...words, language: 'ru', visibility: 'public' },
    headers: { 'if-match': String(headers['etag']) },
  });
  const quiz = {
    type: 'quiz',
    data: { questions: [{ text: 'Six and six?', options: [{ text: '12', correct: true }] }] },
  };
  await edit(
    addNode('a', { content: richText('Words.') }),
    addNode('b', quiz),
    addEdge('e', 'a', 'b'),
  );
  await keep();
  await ask('POST', '/publish');
  const before = await readGraph();

  const commenter = await addMember('commenter');
  const answer = await commenter.call('POST', `${url}/duplicate`);
  assert.equal(answer.statusCode, 201, answer.body);
  const { id, createdAt: _, updatedAt: __, version, ...copy } = answer.json();
  assert.equal(answer.headers.location, `/v1/courses/${id}`);
  assert.equal(answer.headers['etag'], `"${version}"`);
  assert.notEqual(id, courseId);
  assert.deepEqual(copy, {
    ...words,
    ownerId: commenter.userId,
    title: 'A course (copy)',
    language: 'ru',
    visibility: 'private',
    status: 'draft',
    myRole: 'owner',
  });
  const { nodes, edges } = (await commenter.call('GET', `/v1/courses/${id}/graph`)).json();
  assert.deepEqual({ nodes, edges }, { nodes: before.nodes, edges: before.edges });
  assert.deepEqual(await readGraph(), before);

  const stranger = await owner.call('GET', `/v1/courses/${id}`);
  assert.equal(stranger.statusCode, 404);
  const snapshots = await commenter.call('GET', `/v1/courses/${id}/snapshots`);
  assert.deepEqual(snapshots.json().items, []);
  const logged = await postgres
    .selectFrom('audit_log')
    .select(['actor_id', 'action', 'after'])
    .where('subject_id', '=', id)
    .execute();
  const after = { title: 'A course (copy)', visibility: 'private', duplicateOf: courseId };
  assert.deepEqual(logged, [{ actor_id: commenter.userId, action: 'course.create', after }]);
  assert.deepEqual(await listCopies(id), [{ payload: { courseId: id } }]);
});

test('what the graph says of files it says in the copy of the files of the copy', async () => {
  const { owner, courseId, url, edit } = await freshSnapshots(api);
  const { body, headers } = formOf([{ name: 'tides.txt', content: 'Ebb and flow.' }]);
  const uploaded = await owner.call('POST', `${url}/materials`, { body, headers });
  const materialId: string = uploaded.json().items[0].id;
  const picture = { type: 'image', attrs: { src: `/v1/materials/${materialId}/original` } };
  const data = { materialIds: [materialId], text: `See ${materialId}.` };
  await edit(addNode('a', { data, content: { type: 'doc', content: [picture] } }));

  const { id } = (await owner.call('POST', `${url}/duplicate`)).json();
  const copied = copiedMaterialId(id, materialId);
  assert.notEqual(copied, materialId);
  const shown = (await owner.call('GET', `/v1/courses/${id}/graph`)).json().nodes[0];
  assert.deepEqual(shown.data, { materialIds: [copied], text: `See ${copied}.` });
  assert.equal(shown.content.content[0].attrs.src, `/v1/materials/${copied}/original`);
  const runs = await postgres
    .selectFrom('runs')
    .select(['payload', 'owner'])
    .where('job', '=', copyCourseFiles.name)
    .where('subject', '=', id)
    .execute();
  assert.deepEqual(runs, [
    { payload: { courseId: id, fromCourseId: courseId }, owner: owner.userId },
  ]);
});

test('a title may be given; a long one makes room for what it is', async () => {
  const { owner, url } = await freshSnapshots(api);
  const given = await owner.call('POST', `${url}/duplicate`, { body: { title: 'Spring term' } });
  assert.equal(given.json().title, 'Spring term');
  for (const body of [{ title: '' }, { title: 3 }, { name: 'Spring term' }]) {
    const refused = await owner.call('POST', `${url}/duplicate`, { body });
    assert.equal(refused.statusCode, 400, JSON.stringify(body));
  }
  const title = `${'x'.repeat(192)}🌊${'y'.repeat(6)}`;
  const { headers } = await owner.call('GET', url);
  const headersToSend = { 'if-match': String(headers['etag']) };
  await owner.call('PATCH', url, { body: { title }, headers: headersToSend });
  const copy = await owner.call('POST', `${url}/duplicate`);
  assert.equal(copy.json().title, `${'x'.repeat(192)} (copy)`);
});

test('a request that comes again makes one copy', async () => {
  const { owner, url, edit } = await freshSnapshots(api);
  await edit(addNode('a'));
  const ask = () =>
    owner.call('POST', `${url}/duplicate`, { headers: { 'idempotency-key': 'copy-1' } });
  const [first, second] = [await ask(), await ask()];
  assert.equal(first.statusCode, 201, first.body);
  assert.deepEqual([second.statusCode, second.json()], [201, first.json()]);
  const mine = (await owner.call('GET', '/v1/courses?mine=true')).json();
  assert.equal(mine.items.length, 2);
});

test('a learner takes no copy of a course, whose answers they do not see', async () => {
  const { url, addMember } = await freshSnapshots(api);
  const learner = await addMember('learner');
  const answer = await learner.call('POST', `${url}/duplicate`);
  assert.deepEqual([answer.statusCode, answer.json().code], [403, 'forbidden']);
  const mine = (await learner.call('GET', '/v1/courses?mine=true')).json();
  assert.deepEqual(mine.items, []);
});

test('a course that is deleted has no copy', async () => {
  const { owner, url } = await freshSnapshots(api);
  await owner.call('DELETE', url);
  const answer = await owner.call('POST', `${url}/duplicate`);
  assert.equal(answer.statusCode, 404);
});
