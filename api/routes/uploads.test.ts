import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { formOf, listen, makeCourse } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

test('an upload is a whole file, a row, a run and an outbox line', async () => {
  const { store, me, courseId, upload } = await freshCourse();
  const content = Buffer.concat([
    Buffer.from('# Лекция\n'),
    Buffer.alloc(300_000, 'words and words\r\n'),
  ]);
  const answer = await upload([{ name: 'Лекция 1.md', content }], { 'x-request-id': 'trace-42' });
  assert.equal(answer.statusCode, 202);
  const [item] = answer.json().items;
  assert.equal(answer.headers.location, `/v1/materials/${item.id}`);
  assert.equal(answer.headers['x-request-id'], 'trace-42');
  assert.equal(item.fileName, 'Лекция 1.md');
  assert.equal(item.mediaType, 'text/markdown');
  assert.equal(item.size, content.length);
  assert.equal(item.sha256, sha256(content));
  assert.equal(item.status, 'queued');
  assert.equal(item.courseId, courseId);

  const row = await store.postgres.selectFrom('materials').selectAll().executeTakeFirstOrThrow();
  assert.equal(row.object_key, `materials/${courseId}/${item.id}/original.md`);
  assert.deepEqual(await listObjects(store.objects), [row.object_key]);
  assert.equal(await text(await store.objects.read(row.object_key)), content.toString());
  const run = await store.postgres.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  assert.equal(run.job, 'material.extract');
  assert.deepEqual(run.payload, { materialId: item.id });
  assert.equal(run.subject, item.id);
  assert.equal(run.owner, me.userId);
  assert.equal(run.request_id, 'trace-42');
  const line = await store.postgres.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
  assert.equal(line.run_id, run.id);
  assert.deepEqual((await me.call('GET', `/v1/materials/${item.id}`)).json(), item);
});

test('several files are taken together, in their order', async () => {
  const { store, upload } = await freshCourse();
  const files = ['one', 'two', 'three', 'two'].map((content, i) => ({ name: `${i}.txt`, content }));
  const answer = await upload(files);
  assert.equal(answer.statusCode, 202);
  const { items } = answer.json();
  assert.deepEqual(
    items.map((item: { sha256: string }) => item.sha256),
    files.map(({ content }) => sha256(content)),
  );
  assert.equal(items[1].id, items[3].id, 'the same bytes are one material');
  const { materials, runs, outbox, objects } = await countAll(store);
  assert.deepEqual(
    { materials, runs, outbox, objects },
    { materials: 3, runs: 3, outbox: 3, objects: 3 },
  );
});

test('the same bytes again answer with the material that is there', async () => {
  const { store, upload } = await freshCourse();
  const first = (await upload([{ name: 'a.txt', content: 'same' }])).json();
  const again = await upload([{ name: 'other name.txt', content: 'same' }]);
  assert.equal(again.statusCode, 200);
  assert.deepEqual(again.json(), first);
  const mixed = await upload([
    { name: 'a.txt', content: 'same' },
    { name: 'b.txt', content: 'new' },
  ]);
  assert.equal(mixed.statusCode, 202);
  assert.equal(mixed.json().items[0].id, first.items[0].id);
  const { materials, runs, objects } = await countAll(store);
  assert.deepEqual({ materials, runs, objects }, { materials: 2, runs: 2, objects: 2 });
});

const filesOf = (i: number) => [
  { name: 'a.txt', content: 'the same' },
  ...(i % 2 === 0 ? [{ name: 'b.txt', content: `only ${i}` }] : []),
];

test('the same bytes at the same moment become one material', async () => {
  const { store, upload } = await freshCourse();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => upload(filesOf(i))));
  const ids = new Set(answers.map((answer) => answer.json().items[0].id));
  assert.equal(ids.size, 1);
  assert.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 202));
  const { materials, runs, outbox, objects } = await countAll(store);
  assert.deepEqual(
    { materials, runs, outbox, objects },
    { materials: 5, runs: 5, outbox: 5, objects: 5 },
  );
  const rows = await store.postgres.selectFrom('materials').select('object_key').execute();
  assert.deepEqual(
    rows.map(({ object_key }) => object_key).sort(),
    (await listObjects(store.objects)).sort(),
  );
});

test('the same bytes in another course are another material', async () => {
  const { store, me, upload } = await freshCourse();
  await upload([{ name: 'a.txt', content: 'same' }]);
  const other = await makeCourse(me);
  const answer = await me.call(
    'POST',
    `/v1/courses/${other}/materials`,
    formOf([{ name: 'a.txt', content: 'same' }]),
  );
  assert.equal(answer.statusCode, 202);
  assert.equal((await countAll(store)).materials, 2);
});

test('a large file arrives byte for byte over a real connection', async () => {
  const api = await freshCourse();
  const port = await listen(api.app);
  const content = Buffer.from(randomBytes(12_000_000).toString('base64'));
  const form = new FormData();
  form.append('note', 'a field is no file');
  form.append('file', new Blob([content]), 'large.txt');
  const answer = await fetch(`http://127.0.0.1:${port}/v1/courses/${api.courseId}/materials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.me.token}` },
    body: form,
  });
  assert.equal(answer.status, 202);
  const row = await api.store.postgres
    .selectFrom('materials')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.equal(row.size_bytes, content.length);
  assert.equal(row.sha256, sha256(content));
  assert.equal(sha256(await text(await api.store.objects.read(row.object_key))), sha256(content));
});
